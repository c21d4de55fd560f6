"""The app with officers who upload and submit returns, for tests of the pages of returns."""

import re
from dataclasses import dataclass
from io import BytesIO

from etl.database.connection import reading
from etl.database.read.returns import find_return, read_returns
from etl.indicators.vocabulary import ReturnState
from tests.journeys.other_returns import make_filled_form, read_other_plan

PLAN = read_other_plan()
SITE, QUARTER = "01", "2025Q3"


@dataclass
class ReturnsApp:
    """The app with an officer of site 01 (`one`) and one of site N-2 (`two`)."""

    staffed_app: object

    def make_client(self, name: str | None):
        return self.staffed_app.make_client(name)

    def post(self, client, address: str, *, headers=None, **fields):
        token = client.get_cookie("csrf")
        data = {"csrf": token.value if token else "", **fields}
        return client.post(address, data=data, headers=headers or {}, content_type="multipart/form-data")

    def upload(self, client, data: bytes, name: str = "return.xlsx", *, headers=None, **fields):
        return self.post(client, "/staff/upload", headers=headers, file=(BytesIO(data), name), **fields)

    def create_draft(self, name: str = "one", change=None, site: str = SITE, quarter: str = QUARTER) -> int:
        answer = self.upload(self.make_client(name), make_filled_form(PLAN, site, quarter, changes=change))
        assert answer.status_code == 303, answer.text
        return int(re.search(r"/staff/returns/(\d+)", answer.headers["Location"])[1])

    def create_submitted(self, name: str = "one") -> int:
        return self.create_submitted_for(name, SITE, QUARTER)

    def create_submitted_for(self, name: str, site: str, quarter: str) -> int:
        number, client = self.create_draft(name, site=site, quarter=quarter), self.make_client(name)
        codes = re.findall(r'name="confirmed" value="([^"]+)"', client.get(f"/staff/returns/{number}").text)
        answer = self.post(client, f"/staff/returns/{number}/submit", confirmed=codes, seen="draft")
        assert answer.headers["Location"].endswith("notice=submitted"), answer.text
        return number

    def get_state(self, number: int) -> ReturnState:
        with reading(self.staffed_app.source.engine) as connection:
            return find_return(connection, number).state

    def count_returns(self) -> int:
        with reading(self.staffed_app.source.engine) as connection:
            return len(read_returns(connection))
