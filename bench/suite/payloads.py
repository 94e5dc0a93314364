"""The data: the same rows in every run, as one JSON document and as the files that COPY reads."""

import csv
import json
import random
from dataclasses import dataclass
from pathlib import Path

from .stack import Stack

WORDS = (
    'pump valve sensor north south line reactor flow ok drift alarm reset café naïve 東京 "quoted" back\\slash tab\there'
).split(" ")

# A row of usual size, and the statement that inserts it.
ONE = {"name": "item-00000001-pump", "description": "north line reactor flow ok drift alarm reset"}
ONE_INSERT = f"INSERT INTO items(name, description) VALUES ('{ONE['name']}', '{ONE['description']}') RETURNING id;\n"


@dataclass(frozen=True)
class Batch:
    """One payload of many rows in its forms. `copies` is how many of them one round sends."""

    label: str
    rows: int
    json: Path
    csv: Path
    binary: Path
    copies: int


def one(directory: Path) -> Path:
    path = directory / "one.json"
    path.write_text(json.dumps(ONE))
    return path


def batches(stack: Stack, directory: Path, copies: dict[str, int]) -> list[Batch]:
    """Payloads of 1,000 rows, of 10,000 rows and of 5 MB: near the platform's limit of 6 MB."""
    made = []
    for label, rows in {"1k": 1_000, "10k": 10_000, "5 MB": None}.items():
        items = list(generate(rows, 5_000_000))
        stem = directory / label.replace(" ", "")
        batch = Batch(
            label,
            len(items),
            stem.with_suffix(".json"),
            stem.with_suffix(".csv"),
            stem.with_suffix(".bin"),
            copies[label],
        )
        batch.json.write_text(json.dumps({"rows": items}, ensure_ascii=False, separators=(",", ":")))
        with batch.csv.open("w", newline="") as file:
            csv.writer(file).writerows((item["name"], item["description"]) for item in items)
        write_binary(stack, batch)
        made.append(batch)
    return made


def generate(rows: int | None, most_bytes: int):
    """This many rows, or as many as fit into the bytes."""
    chance = random.Random(7)
    number, size = 0, 0
    while number < rows if rows else size < most_bytes:
        description = " ".join(chance.choice(WORDS) for _ in range(8)) if number % 10 else None
        item = {"name": f"item-{number:08d}-{chance.choice(WORDS)}", "description": description}
        size += len(json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode()) + 1
        number += 1
        yield item


def write_binary(stack: Stack, batch: Batch):
    """The rows in PostgreSQL's binary COPY format, written by PostgreSQL itself."""
    stack.truncate()
    with stack.database.cursor() as cursor:
        with cursor.copy("COPY items(name, description) FROM STDIN (FORMAT csv)") as copy:
            copy.write(batch.csv.read_bytes())
        with cursor.copy("COPY (SELECT name, description FROM items ORDER BY id) TO STDOUT (FORMAT binary)") as copy:
            batch.binary.write_bytes(b"".join(copy))
    stack.truncate()
