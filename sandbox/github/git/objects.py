"""Git objects read and written as loose files: no process for what a file can say."""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FILE_MODE = "100644"
TREE_MODE = "40000"


@dataclass(frozen=True)
class Signature:
    """Who and when, as a commit records it; git keeps whole seconds."""

    name: str
    email: str
    when: datetime

    def encode(self) -> str:
        """Return the commit header's form, always in UTC."""
        return f"{self.name} <{self.email}> {int(self.when.timestamp())} +0000"

    @classmethod
    def decode(cls, text: str) -> "Signature":
        """Undo `encode`; a time zone is dropped, the moment kept."""
        name, _, rest = text.partition(" <")
        email, _, moment = rest.partition("> ")
        return cls(name, email, datetime.fromtimestamp(int(moment.split()[0]), UTC))


@dataclass(frozen=True)
class Commit:
    """A commit's content and its SHA-1."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str


@dataclass(frozen=True)
class Leaf:
    """A file in a tree: mode such as `100644`, and the blob's SHA-1."""

    mode: str
    sha: str


class ObjectStore:
    """The `objects` directory of a bare repository.

    Reads only loose objects; nothing here ever packs, and `gc.auto` is off in the repositories.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._trees: dict[str, Mapping[str, Leaf]] = {}
        self._commits: dict[str, Commit] = {}

    def _path(self, sha: str) -> Path:
        return self._directory / sha[:2] / sha[2:]

    def exists(self, sha: str) -> bool:
        """Whether the object is there."""
        return len(sha) == 40 and self._path(sha).exists()

    def write(self, kind: str, data: bytes) -> str:
        """Store an object of `kind` (`blob`, `tree`, `commit`) and return its SHA-1."""
        raw = b"%s %d\0%s" % (kind.encode(), len(data), data)
        sha = hashlib.sha1(raw, usedforsecurity=False).hexdigest()
        path = self._path(sha)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(zlib.compress(raw, 1))
        return sha

    def read(self, sha: str) -> bytes:
        """Return the object's content; KeyError when there is none."""
        try:
            raw = zlib.decompress(self._path(sha).read_bytes())
        except FileNotFoundError as missing:
            raise KeyError(sha) from missing
        return raw.partition(b"\0")[2]

    def write_commit(
        self,
        tree: str,
        parents: tuple[str, ...],
        author: Signature,
        committer: Signature,
        message: str,
    ) -> str:
        """Store a commit and return its SHA-1."""
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        lines += [f"author {author.encode()}", f"committer {committer.encode()}", "", message]
        text = "\n".join(lines)
        return self.write("commit", (text if text.endswith("\n") else text + "\n").encode())

    def commit(self, sha: str) -> Commit:
        """Return the commit `sha`; KeyError when there is none."""
        if sha not in self._commits:
            head, _, message = self.read(sha).decode().partition("\n\n")
            fields = [line.partition(" ")[::2] for line in head.splitlines()]
            known = dict(fields)
            self._commits[sha] = Commit(
                sha,
                known["tree"],
                tuple(value for key, value in fields if key == "parent"),
                Signature.decode(known["author"]),
                Signature.decode(known["committer"]),
                message.rstrip("\n"),
            )
        return self._commits[sha]

    def files(self, tree: str) -> Mapping[str, Leaf]:
        """Every file under `tree` by its full path."""
        if tree not in self._trees:
            self._trees[tree] = dict(self._walk(tree, ""))
        return self._trees[tree]

    def _walk(self, tree: str, prefix: str) -> list[tuple[str, Leaf]]:
        found: list[tuple[str, Leaf]] = []
        data = self.read(tree)
        while data:
            header, _, rest = data.partition(b"\0")
            mode, _, name = header.decode().partition(" ")
            sha, data = rest[:20].hex(), rest[20:]
            if mode == TREE_MODE:
                found += self._walk(sha, f"{prefix}{name}/")
            else:
                found.append((prefix + name, Leaf(mode, sha)))
        return found

    def write_tree(self, files: Mapping[str, Leaf]) -> str:
        """Store the tree that holds exactly `files` and return its SHA-1."""
        entries: dict[str, Leaf] = {}
        below: dict[str, dict[str, Leaf]] = {}
        for path, leaf in files.items():
            first, slash, rest = path.partition("/")
            if slash:
                below.setdefault(first, {})[rest] = leaf
            else:
                entries[first] = leaf
        for name, inside in below.items():
            entries[name] = Leaf(TREE_MODE, self.write_tree(inside))
        # git sorts a directory as if its name ended in a slash
        ordered = sorted(
            entries.items(), key=lambda item: item[0] + "/" * (item[1].mode == TREE_MODE)
        )
        data = b"".join(
            f"{leaf.mode} {name}".encode() + b"\0" + bytes.fromhex(leaf.sha)
            for name, leaf in ordered
        )
        return self.write("tree", data)
