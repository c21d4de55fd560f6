"""Write every sample of a finding, and its valid counterpart, into a folder.

`.venv/bin/python tests/support/write_samples.py FOLDER` writes `CODE.xlsx` and `CODE-good.xlsx`. If the finding
depends on the date or on other returns, both files are the same; the sample's scenario describes them.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def write_samples(folder: Path) -> list[Path]:
    """Write two files for each code; both are the same if the finding depends on the scenario."""
    from tests.finding_samples.all_samples import SAMPLES, TABLE_SAMPLES

    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    samples = [(sample, Path(sample.scenario.file_name).suffix) for sample in SAMPLES]
    for sample, ending in (*samples, *((sample, ".xlsx") for sample in TABLE_SAMPLES)):
        for file_name, data in (
            (f"{sample.code}{ending}", sample.faulty_file),
            (f"{sample.code}-good.xlsx", sample.good_file),
        ):
            (folder / file_name).write_bytes(data)
            paths.append(folder / file_name)
    return paths


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    print(f"{len(write_samples(Path(sys.argv[1])))} files")
