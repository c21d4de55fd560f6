"""Change stored returns as corrections do, for tests and benchmarks of caches and snapshots."""

import random

from etl.database.connection import Engine, writing
from etl.database.read.plans import read_plans
from etl.database.read.returns import read_returns
from etl.database.rollups import refresh_rollups
from etl.database.tables import cells
from etl.database.write.data_version import increment_data_version


class ReturnCorrections:
    """Corrects random returns: changes all their numbers and updates the roll-ups."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.rng = random.Random(5)
        with engine.connect() as connection:
            plans = read_plans(connection)
            self.returns = read_returns(connection)[-40:]
        assert plans is not None
        self.plans = plans

    def correct_random_return(self) -> None:
        corrected_return = self.rng.choice(self.returns)
        with writing(self.engine) as connection:
            of_return = cells.c.return_id == corrected_return.id
            for row in connection.execute(cells.select().where(of_return, cells.c.value.is_not(None))).all():
                cell = of_return & (cells.c.indicator == row.indicator) & (cells.c.part == row.part)
                connection.execute(cells.update().where(cell).values(value=row.value + 1))
            refresh_rollups(connection, self.plans, site=corrected_return.site, quarter=corrected_return.quarter)
            increment_data_version(connection)
