"""The lake as other programs see it: Python's deltalake and DuckDB read the same rows as `tessera sql`.

Usage: read_lake.py PATH-TO-TESSERA. It must not write to the lake.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import duckdb
from deltalake import DeltaTable

binary = sys.argv[1]


def tessera(*args: str) -> dict:
    done = subprocess.run([binary, *args, "--json"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(done.stdout)


with tempfile.TemporaryDirectory() as folder:
    tessera("demo", "--only", "real", "--no-serve", "--dir", folder)
    project = pathlib.Path(folder) / "gift-wholesaler"
    for table in ["order_lines", "memberships", "segments", "segment_facts", "customer_features", "return_matches"]:
        ours = tessera("sql", f"select count(*) from {table}", "--project", str(project))["rows"][0][0]
        delta = DeltaTable(str(project / "lake" / table))
        arrow = delta.to_pyarrow_table()
        assert arrow.num_rows == ours, (table, arrow.num_rows, ours)
        theirs = duckdb.sql("select count(*) from arrow").fetchall()[0][0]
        assert theirs == ours, (table, theirs, ours)
        print(f"{table}: {ours} rows in tessera, deltalake and DuckDB")
    lines = DeltaTable(str(project / "lake" / "order_lines")).to_pyarrow_table()
    total = duckdb.sql("select sum(quantity), sum(amount) from lines").fetchall()[0]
    ours = tessera("sql", "select sum(quantity), sum(amount) from order_lines", "--project", str(project))["rows"][0]
    assert [str(number) for number in total] == ours, (total, ours)
    names = set(lines.schema.names)
    assert not names & {"customer_id", "email", "first_name", "last_name", "phone", "street"}, names
    print("sums agree:", ", ".join(ours))
