"""Every worked case is asked of the core and of the oracle."""

import pytest

from tests.support.ask_both import Asker, ask_core, ask_oracle


@pytest.fixture(params=[ask_core, ask_oracle], ids=["core", "oracle"])
def asks(request: pytest.FixtureRequest) -> Asker:
    return Asker(request.param)
