from bot.clients.agents.run_secret import derive_run_secret


def test_each_run_and_each_master_has_a_secret_of_its_own() -> None:
    pairs = [("master", "run-1"), ("master", "run-2"), ("other", "run-1")]
    secrets = {derive_run_secret(master, run) for master, run in pairs}

    assert len(secrets) == 3
    assert {len(secret) for secret in secrets} == {64}


def test_a_secret_is_the_same_in_every_process() -> None:
    assert derive_run_secret("master", "run-1") == (
        "9d30a8048cd3d7e15516e6782f61a32728bdb08cbb1ed1ba5581a3d2a9504bf4"
    )
