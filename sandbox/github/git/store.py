"""One bare git repository: references, commits, comparison, and merges done by git itself."""

import difflib
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sandbox.github.git.objects import FILE_MODE, Commit, Leaf, ObjectStore, Signature

CONFIG = """[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
[gc]
\tauto = 0
[receive]
\tunpackLimit = 100000
"""


@dataclass(frozen=True)
class FileChange:
    """One file between two trees; `patch` is a unified diff's hunks."""

    path: str
    status: str
    sha: str
    additions: int
    deletions: int
    patch: str
    previous_path: str | None = None


class GitStore:
    """A bare repository at `directory`, made if it is not there."""

    def __init__(self, directory: Path, default_branch: str) -> None:
        self.directory = directory
        for name in ("objects/info", "objects/pack", "refs/heads", "refs/tags", "info"):
            (directory / name).mkdir(parents=True, exist_ok=True)
        (directory / "HEAD").write_text(f"ref: refs/heads/{default_branch}\n")
        (directory / "config").write_text(CONFIG)
        self.objects = ObjectStore(directory / "objects")
        self._ancestors: dict[str, frozenset[str]] = {}
        self._changes: dict[tuple[str, str], list[FileChange]] = {}

    @cached_property
    def _git(self) -> str:
        found = shutil.which("git")
        if found is None:
            raise FileNotFoundError("git is not installed")
        return found

    def head(self, branch: str) -> str | None:
        """Return the branch's SHA, None when there is no such branch."""
        path = self.directory / "refs/heads" / branch
        return path.read_text().strip() if path.is_file() else None

    def set_head(self, branch: str, sha: str) -> None:
        """Make `branch` point at `sha`; OSError when a name is also another's directory."""
        path = self.directory / "refs/heads" / branch
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sha + "\n")

    def delete(self, branch: str) -> None:
        """Remove the branch and the directories its name leaves empty."""
        root = self.directory / "refs/heads"
        path = root / branch
        path.unlink()
        while (path := path.parent) != root and not any(path.iterdir()):
            path.rmdir()

    def branches(self) -> list[str]:
        """Return the branches' names, sorted."""
        root = self.directory / "refs/heads"
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())

    def resolve(self, name: str) -> str | None:
        """Return the SHA of a branch, of `heads/…`, `refs/heads/…`, or of a full SHA."""
        short = name.removeprefix("refs/").removeprefix("heads/")
        found = self.head(short)
        if found is None and self.objects.exists(name):
            return name
        return found

    def commit(self, sha: str) -> Commit:
        """Return the commit; KeyError when there is none."""
        return self.objects.commit(sha)

    def files_at(self, sha: str) -> Mapping[str, Leaf]:
        """Every file of the commit by path."""
        return self.objects.files(self.commit(sha).tree)

    def write_files(
        self,
        parent: str | None,
        files: Mapping[str, str | None],
        message: str,
        author: Signature,
        committer: Signature,
    ) -> str:
        """Commit `files` on top of `parent`: written, or removed where the text is None."""
        merged = dict(self.files_at(parent)) if parent else {}
        for path, text in files.items():
            if text is None:
                merged.pop(path, None)
            else:
                merged[path] = Leaf(FILE_MODE, self.objects.write("blob", text.encode()))
        tree = self.objects.write_tree(merged)
        parents = (parent,) if parent else ()
        return self.objects.write_commit(tree, parents, author, committer, message)

    def ancestors(self, sha: str) -> frozenset[str]:
        """Return the commit and all before it."""
        if sha not in self._ancestors:
            seen: set[str] = set()
            waiting = [sha]
            while waiting:
                current = waiting.pop()
                if current not in seen:
                    seen.add(current)
                    waiting += self.commit(current).parents
            self._ancestors[sha] = frozenset(seen)
        return self._ancestors[sha]

    def between(self, base: str, head: str) -> list[Commit]:
        """Return what `head` has and `base` has not, oldest first."""
        excluded = self.ancestors(base)
        ordered: list[Commit] = []
        seen = set(excluded)
        waiting = [(head, False)]
        while waiting:
            sha, expanded = waiting.pop()
            if expanded:
                ordered.append(self.commit(sha))
            elif sha not in seen:
                seen.add(sha)
                waiting.append((sha, True))
                waiting += [(parent, False) for parent in reversed(self.commit(sha).parents)]
        return ordered

    def merge_base(self, one: str, other: str) -> str | None:
        """Return a best common ancestor, None for unrelated histories."""
        common = self.ancestors(one) & self.ancestors(other)
        covered = {parent for sha in common for parent in self.commit(sha).parents}
        best = common - covered
        return max(best, key=lambda sha: self.commit(sha).committer.when) if best else None

    def merge_trees(self, ours: str, theirs: str) -> str | None:
        """Return the tree of the two commits merged by git; None when they conflict."""
        base = self.merge_base(ours, theirs)
        if base == ours:
            return self.commit(theirs).tree
        if base == theirs:
            return self.commit(ours).tree
        done = subprocess.run(  # noqa: S603 - a fixed program and object names
            [self._git, "merge-tree", "--write-tree", "--no-messages", ours, theirs],
            cwd=self.directory,
            env={"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in (0, 1):
            raise RuntimeError(f"git merge-tree: {done.stderr.strip()}")
        return done.stdout.split()[0] if done.returncode == 0 else None

    def changes(self, base: str, head: str) -> list[FileChange]:
        """Return the files that differ between two commits, by path."""
        key = (base, head)
        if key not in self._changes:
            before, after = self.files_at(base), self.files_at(head)
            paths = sorted({*before, *after})
            self._changes[key] = _with_renames(
                [
                    self._change(path, before.get(path), after.get(path))
                    for path in paths
                    if before.get(path) != after.get(path)
                ]
            )
        return self._changes[key]

    def text(self, leaf: Leaf | None) -> str:
        """Return a file's text; empty when there is none."""
        return self.objects.read(leaf.sha).decode(errors="replace") if leaf else ""

    def _change(self, path: str, before: Leaf | None, after: Leaf | None) -> FileChange:
        old, new = self.text(before).splitlines(), self.text(after).splitlines()
        hunks = list(difflib.unified_diff(old, new, lineterm=""))[2:]
        status = "added" if before is None else "removed" if after is None else "modified"
        leaf = after or before
        assert leaf is not None
        return FileChange(
            path,
            status,
            leaf.sha,
            sum(line.startswith("+") for line in hunks),
            sum(line.startswith("-") for line in hunks),
            "\n".join(hunks),
        )


def _with_renames(changes: list[FileChange]) -> list[FileChange]:
    """Make one of a file that is gone and one of the same content that is new."""
    gone = {one.sha: one for one in changes if one.status == "removed"}
    found: list[FileChange] = []
    renamed: set[str] = set()
    for one in changes:
        source = gone.get(one.sha) if one.status == "added" else None
        if source is None or source.path in renamed:
            found.append(one)
            continue
        renamed.add(source.path)
        found.append(FileChange(one.path, "renamed", one.sha, 0, 0, "", previous_path=source.path))
    return [one for one in found if one.path not in renamed or one.status != "removed"]
