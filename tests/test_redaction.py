"""What looks like a secret is taken out of our log and of others' logs, and the rest stays."""

import time

import pytest

from bot.clients.github.job_log import cleaned, end_of_log
from bot.redaction import Redaction

clean = Redaction(()).clean

LETTERS = "AbCdEfGh01IjKlMnOp23QrStUvWx45YzAbCdEf67GhIjKlMnOp89"
HEX = "0123456789abcdef" * 4
# Put together here, so that nobody's scanner takes this file for a leak.
TOKENS = [
    *(f"gh{kind}_{LETTERS[:36]}" for kind in "opsur"),
    f"github_pat_{LETTERS[:22]}_{LETTERS}",
    f"glpat-{LETTERS[:20]}",
    f"gldt-{LETTERS[:20]}",
    "AKIA" + "IOSFODNN7ABCDEFG",
    "ASIA" + "IOSFODNN7ABCDEFG",
    "AIza" + f"Sy{LETTERS[:33]}",
    "ya29." + LETTERS,
    "GOCSPX-" + LETTERS[:28],
    f"abc8Q~{LETTERS[:34]}",
    "sk-" + LETTERS[:48],
    "sk-proj-" + "a_b-c" * 20,
    "sk-ant-api03-" + f"{LETTERS[:30]}-{LETTERS}_{LETTERS[:8]}AA",
    "crsr_" + HEX,
    "sk_" + f"live_{LETTERS[:24]}",
    "rk_" + f"live_{LETTERS[:24]}",
    "sk_" + f"test_{LETTERS[:24]}",
    "whsec_" + LETTERS[:32],
    "xoxb-" + "123456789012-1234567890123-" + LETTERS[:24],
    "xoxe.xoxp-" + "1-" + LETTERS,
    "xapp-" + "1-A0123-456-" + HEX,
    "SK" + HEX[:32],
    "SG." + f"{LETTERS[:22]}.{LETTERS[:43]}",
    "key-" + HEX[:32],
    HEX[:32] + "-us12",
    "npm_" + LETTERS[:36],
    "pypi-" + "AgEIcHlwaS5vcmc" + LETTERS,
    "dckr_pat_" + LETTERS[:27],
    "hf_" + LETTERS[:34],
    "dop_v1_" + HEX,
    "dapi" + HEX[:32],
    "shpat_" + HEX[:32],
    "lin_api_" + LETTERS[:40],
    "hvs." + LETTERS,
    "ATATT3" + LETTERS * 3,
    "glsa_" + LETTERS[:32] + "_0123abcd",
    "123456789:AA" + LETTERS[:33],
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2lnbmF0dXJl",
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn",
    "eyJhbGciOiJkaXIifQ.key1.iv-iv-iv.text-text.tag",
]
AROUND = [
    "{}",
    "the key {} was refused",
    "x={}\ny",
    '"{}"',
    "({})",
    "https://x.y/?a={}&b=c",
    "\t{}:",
]


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("around", AROUND)
def test_a_token_is_known_wherever_it_stands(token: str, around: str) -> None:
    assert clean(around.format(token)) == around.format("[redacted]")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        # Headers
        ("Authorization: Bearer hunter2", "Authorization: Bearer [redacted]"),
        ("authorization: basic dXNlcjpwYXNz", "authorization: basic [redacted]"),
        ('{"Authorization": "token abcdef"}', '{"Authorization": "token [redacted]"}'),
        (r'"{\"authorization\": \"Bearer ab\"}"', r'"{\"authorization\": \"Bearer [redacted]\"}"'),
        ("Authorization: 0123456789abcdef", "Authorization: [redacted]"),
        ("curl -H 'X-Api-Key: abcdef' https://x.y", "curl -H 'X-Api-Key: [redacted]' https://x.y"),
        ("sent Bearer abc123def456", "sent Bearer [redacted]"),
        ("Cookie: session=abc; id=def", "Cookie: [redacted]"),
        ('"Set-Cookie": "a=b; HttpOnly", "c"', '"Set-Cookie": "[redacted]", "c"'),
        # Addresses
        ("https://ada:pa:ss@x.y/z", "https://[redacted]@x.y/z"),
        ("postgres://u:p@ss@db:5432/app", "postgres://[redacted]@db:5432/app"),
        ("https://0123456789abcdef@sentry.io/1", "https://[redacted]@sentry.io/1"),
        ("amqp://:secret@queue", "amqp://[redacted]@queue"),
        ("https://x.y/b?sv=1&sig=aBc%2Fd%3D&se=2", "https://x.y/b?sv=1&sig=[redacted]&se=2"),
        ("https://s3/x?X-Amz-Signature=0123ab", "https://s3/x?X-Amz-Signature=[redacted]"),
        (
            "https://hooks.slack.com/services/T0/B0/abcdefgh",
            "https://hooks.slack.com/services/[redacted]",
        ),
        (
            "https://discord.com/api/webhooks/123456/abc-DEF",
            "https://discord.com/api/webhooks/[redacted]",
        ),
        # Commands
        ("curl -u ada:hunter2 https://x.y", "curl -u ada:[redacted] https://x.y"),
        ("run --password hunter2 --port 1", "run --password [redacted] --port 1"),
        ("run --api-key='hunter2'", "run --api-key='[redacted]'"),
        # What an environment is shown as
        ("PASSWORD=hunter2\nHOME=/root", "PASSWORD=[redacted]\nHOME=/root"),
        ("PGPASSWORD=a,b;c)d\nX=1", "PGPASSWORD=[redacted]\nX=1"),
        ("PASSPHRASE=correct horse battery\nX=1", "PASSPHRASE=[redacted]\nX=1"),
        ('declare -x DB_PASS="a b"', 'declare -x DB_PASS="[redacted]"'),
        ("export SECRET_KEY_BASE=abc", "export SECRET_KEY_BASE=[redacted]"),
        ("  DJANGO_SECRET_KEY: abc", "  DJANGO_SECRET_KEY: [redacted]"),
        ("aws_secret_access_key = aB/c+d", "aws_secret_access_key = [redacted]"),
        ("AWS_SECRET_ACCESS_KEY=aB/c+d==", "AWS_SECRET_ACCESS_KEY=[redacted]"),
        ("AWS_SESSION_TOKEN=aB/c+d/efgh==", "AWS_SESSION_TOKEN=[redacted]"),
        ("TWILIO_AUTH_TOKEN=" + HEX[:32], "TWILIO_AUTH_TOKEN=[redacted]"),
        ("CI_TOKEN=abcdefgh npm publish", "CI_TOKEN=[redacted]"),
        ("A=1 TOKEN=abcdefg1 B=2", "A=1 TOKEN=[redacted] B=2"),
        # JSON, YAML, and what languages print
        ('{"password": "a \\"b\\" c", "d": 1}', '{"password": "[redacted]", "d": 1}'),
        (r'"{\"apiKey\": \"abc\", \"d\": 1}"', r'"{\"apiKey\": \"[redacted]\", \"d\": 1}"'),
        ("{'client_secret': \"it's\"}", "{'client_secret': \"[redacted]\"}"),
        ('{"pin_password": 1234, "d": 1}', '{"pin_password": [redacted], "d": 1}'),
        ("password: hunter2 # mine", "password: [redacted] # mine"),
        ("- name: x\n  token: 'abc12345'", "- name: x\n  token: '[redacted]'"),
        ("auth_token => 'abcdefgh1'", "auth_token => '[redacted]'"),
        ("User(name='ada', password='a')", "User(name='ada', password='[redacted]')"),
        # Connection strings
        (
            "AccountName=x;AccountKey=aB+c/d==;EndpointSuffix=y",
            "AccountName=x;AccountKey=[redacted];EndpointSuffix=y",
        ),
        (
            "Server=x;User Id=y;Password=z;Timeout=5",
            "Server=x;User Id=y;Password=[redacted];Timeout=5",
        ),
        ("Endpoint=sb://x/;SharedAccessKey=aB=", "Endpoint=sb://x/;SharedAccessKey=[redacted]"),
    ],
)
def test_a_secret_is_known_by_what_stands_around_it(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "commit 0123456789abcdef0123456789abcdef01234567",
        "HEAD is now at 0123456 Use the token of the App",
        "sha256:" + HEX,
        "integrity sha512-" + LETTERS + "/" + LETTERS + "==",
        "123e4567-e89b-12d3-a456-426614174000",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4",
        "tests/test_tokens.py::test_secret_is_kept[password] PASSED",
        "--- PASS: TestToken (0.00s)",
        "--- FAIL: TestPassword/empty (0.00s)",
        "SyntaxError: Unexpected token '}' at line 3",
        "Unexpected token: 'identifier', expected ','",
        "ParseError: unexpected token in src/main2.py",
        "AssertionError: assert token == 'abc12345'",
        "assert password != other",
        "    client = Client(api_key=settings.API_KEY, token=self.token)",
        "    password = get_password()",
        "    connect(password=password)",
        "max_tokens=4096 token_count: 12345678 prompt_tokens: 12345678",
        "PWD=/home/runner/work/widgets\nOLDPWD=/home/runner",
        "SECRET_NAME=deploy\nPASSWORD_FILE=/run/secrets/db",
        "  NPM_TOKEN: ***",
        "token: ${{ secrets.GITHUB_TOKEN }}",
        "password: null",
        "PASSWORD=$DB_PASSWORD",
        "Password: must have eight characters, one of them a digit",
        "a bearer of bad news, basic functionality, token authentication failed",
        "docker run --user 1000:1000 image",
        "git clone https://github.com/acme/widgets.git",
        "ssh://git@github.com/acme/widgets, git@github.com:acme/widgets",
        "https://github.com/a/b@main:x",
        "npm_config_user_agent npm_lifecycle_event hf_hub_download",
        "task-0123456789abcdef0123 disk-0123456789abcdef0123",
        "sk-learn-html-documentation-link-fitted",
        "pypi-attestations-are-uploaded",
        "author=ada authority: acme",
        "-----BEGIN CERTIFICATE-----\nMIIEowIBAAKCAQEA\n-----END CERTIFICATE-----",
        "expected a PRIVATE KEY",
        "cookie: accept",
        "https://x.y/?page=2&key=a",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text
    assert cleaned(text, 1000) == text.strip()


LINES = [LETTERS + LETTERS[:12]] * 5 + ["AbC=="]
BEGIN, END = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
HEADERS = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123456789ABCDEF\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\n".join([BEGIN, *LINES, END, "next"]), "[redacted]\nnext"),
        ("\\n".join(['{"private_key": "' + BEGIN, *LINES, END + '\\n"}']), None),
        ("\n".join([f"{BEGIN}\n{HEADERS}", *LINES, END, "next"]), "[redacted]\nnext"),
        ("\n  | ".join(["key: |", BEGIN, *LINES, END]) + "\nnext", "key: |\n  | [redacted]\nnext"),
        # Cut off at its end, or followed by something else.
        ("\n".join([BEGIN, *LINES[:3], "and then it went on"]), "[redacted]\nand then it went on"),
        ("\n".join([f"{BEGIN}\n{HEADERS}", *LINES]), "[redacted]"),
        ("\n".join([BEGIN, *LINES]), "[redacted]"),
        # Cut off at its beginning.
        ("\n".join([*LINES, END, "next"]), "[redacted]\nnext"),
        ("\n".join(["said:", *LINES, END, "next"]), "said:\n[redacted]\nnext"),
        ("\n".join([*LINES, END, "next", BEGIN, *LINES]), "[redacted]\nnext\n[redacted]"),
        (
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\nabc\n-----END PGP PRIVATE KEY BLOCK-----",
            "[redacted]",
        ),
        ("-----BEGIN PRIVATE KEY-----: no such line.", "[redacted]: no such line."),
    ],
)
def test_of_a_private_key_nothing_is_left(text: str, shown: str | None) -> None:
    assert clean(text) == shown if shown else LINES[0] not in clean(text)


def test_a_secret_that_reaches_across_the_cut_is_taken_out() -> None:
    key = "\n".join([BEGIN, *([LETTERS] * 60), END])
    log = "\n".join(["x" * 90] * 500 + [key] + ["y" * 90] * 60 + ["##[error]failed"])
    shown = end_of_log(log)
    assert "##[error]failed" in shown
    assert LETTERS not in shown
    assert LETTERS not in end_of_log("\n".join([key] * 20 + ["##[error]failed"]))
    assert "ghp_" not in end_of_log("x" * 30_000 + f" ghp_{LETTERS} " + "z " * 3_990)
    assert LETTERS[:20] not in cleaned(f"{key}\n" * 20 + f"https://a:{LETTERS}@x.y/", 200)


@pytest.mark.parametrize(
    "hostile",
    [
        "secret=",
        "secret: a ",
        "secret:'",
        'password\\\\\\"',
        "token key",
        "secretkeykey",
        "api_",
        "x_token=a1234567 ",
        "--password a",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nA: b\n",
        "-----END PRIVATE KEY-----",
        "A" * 60 + "\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\n" + "A" * 60 + "\n",
        "authorization: ",
        "authorization: bearer ",
        "basic a",
        "bearer a",
        "token a",
        "://a:b",
        "://a:@",
        "-u a:",
        "cookie: a",
        "cookie: a=",
        "&sig=",
        "hooks.slack.com/services/",
        "sk-a-",
        "SG.aaaaaaaaaaaaaaaa.",
        "eyJaaaaaaaa.",
        "abc8Q~",
        "Aaaaaaaaaaaaaa.atlasv1.",
        "MAAAAAAAAAAAAAAAAAAAAAAA.",
    ],
)
def test_no_shape_takes_long(hostile: str) -> None:
    text = (hostile * (256 * 1024 // len(hostile) + 1))[: 256 * 1024]
    began = time.thread_time()
    clean(text)
    assert time.thread_time() - began < 1
