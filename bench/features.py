#!/usr/bin/env python3
"""Customer features over receipt lines, beside DuckDB and Polars, on the same Parquet file in one run.

    python3 -m venv .venv && .venv/bin/pip install numpy pyarrow polars duckdb
    .venv/bin/python features.py --tessera ../target/debug/tessera [--lines 20000000] [--rounds 3]

Two queries: `rfm`, eight aggregates per customer, and `wide`, which adds distinct products, ten category sums and
three time windows. Every program reads the file and writes Parquet on two threads; each round runs them in turn. The
whole process is measured (cpu, wall, peak memory), start-up included for all. Answers must agree.
"""
import argparse, json, os, shutil, statistics, subprocess, sys, tempfile, time

QUERIES = ("rfm", "wide")
MONEY = "qty * unit_price * (1 - discount)"
BASE = f"""customer_id, {{days_since}} as recency, count(distinct order_id) as frequency,
  sum(cast({MONEY} as double)) as monetary, {{span}} as tenure, count(*) as lines, sum(cast(qty as bigint)) as units,
  avg(case when discount > 0 then 1.0 else 0.0 end) as disc_share, count(distinct cast(ts as date)) as days"""


def sql(query, days_since, span, source):
    """One statement for both SQL engines; only the words for differences of days are their own."""
    columns = BASE.format(days_since=days_since, span=span)
    if query == "wide":
        part = lambda condition, name: f"coalesce(sum(cast({MONEY} as double)) filter (where {condition}), 0) as {name}"
        more = [part(f"category = {c}", f"c{c}") for c in range(10)]
        more += [part(f"ts >= timestamp '2024-01-01' - interval '{d}' day", f"m{d}") for d in (30, 90, 365)]
        columns += ", count(distinct sku) as skus, " + ", ".join(more)
    return f"select {columns} from {source} group by customer_id"


def make(path, lines):
    """Seeded lines: a million customers and 50,000 products of uneven size, two years, four lines per order."""
    import numpy as np, pyarrow as pa, pyarrow.parquet as pq
    r = np.random.default_rng(7)
    customers, products, chunk, day = 1_000_000, 50_000, 1_000_000, 86_400_000
    per_customer = np.cumsum(r.gamma(0.6, 1, customers)); per_customer /= per_customer[-1]
    per_product = np.cumsum(1 / np.arange(1, products + 1) ** 0.8); per_product /= per_product[-1]
    price = r.lognormal(1.2, 0.8, products).astype(np.float32)
    category = r.integers(0, 40, products).astype(np.int16)
    writer, order, left = None, 0, lines
    while left > 0:
        n = min(chunk, left); left -= n
        sizes = r.geometric(0.25, n); orders = np.searchsorted(np.cumsum(sizes), n) + 1
        sizes = sizes[:orders]; sizes[-1] -= sizes.sum() - n
        of = np.repeat(np.arange(orders), sizes)
        who = np.searchsorted(per_customer, r.random(orders)).clip(0, customers - 1).astype(np.int32)
        when = (r.integers(0, 730, orders) * day + r.integers(8 * 3_600_000, 22 * 3_600_000, orders) + 1_640_995_200_000)
        store = r.integers(0, 300, orders).astype(np.int16)
        sku = np.searchsorted(per_product, r.random(n)).clip(0, products - 1).astype(np.int32)
        cut = np.where(r.random(n) < 0.25, r.uniform(0.05, 0.5, n), 0).astype(np.float32)
        table = pa.table({"customer_id": who[of], "order_id": (order + of).astype(np.int64), "ts": pa.array(when[of].astype(np.int64), pa.timestamp("ms")),
                          "sku": sku, "category": category[sku], "store": store[of], "qty": r.geometric(0.7, n).astype(np.int16),
                          "unit_price": price[sku], "discount": cut})
        order += orders
        writer = writer or pq.ParquetWriter(path + ".partial", table.schema, compression="snappy")
        writer.write_table(table, row_group_size=chunk)
    writer.close(); os.rename(path + ".partial", path)


def peer(name, query, source, out):
    """Runs in a process of its own."""
    if name == "duckdb":
        import duckdb
        con = duckdb.connect(); con.execute("set threads = 2")
        text = sql(query, "date_diff('day', max(ts), timestamp '2024-01-01')", "date_diff('day', min(ts), max(ts))", f"read_parquet('{source}')")
        con.execute(f"copy ({text}) to '{out}' (format parquet)")
        return
    os.environ["POLARS_MAX_THREADS"] = "2"
    import polars as pl
    from datetime import datetime
    asof = pl.lit(datetime(2024, 1, 1)); money = pl.col("qty") * pl.col("unit_price") * (1 - pl.col("discount"))
    each = [(asof - pl.col("ts").max()).dt.total_days().alias("recency"), pl.col("order_id").n_unique().alias("frequency"),
            money.cast(pl.Float64).sum().alias("monetary"), (pl.col("ts").max() - pl.col("ts").min()).dt.total_days().alias("tenure"),
            pl.len().alias("lines"), pl.col("qty").cast(pl.Int64).sum().alias("units"), (pl.col("discount") > 0).mean().alias("disc_share"),
            pl.col("ts").dt.date().n_unique().alias("days")]
    if query == "wide":
        part = lambda condition, name: pl.when(condition).then(money).otherwise(0).cast(pl.Float64).sum().alias(name)
        each += [pl.col("sku").n_unique().alias("skus")] + [part(pl.col("category") == c, f"c{c}") for c in range(10)]
        each += [part(pl.col("ts") >= asof - pl.duration(days=d), f"m{d}") for d in (30, 90, 365)]
    frame = pl.scan_parquet(source).group_by("customer_id").agg(each)
    if name == "polars_stream":
        frame.sink_parquet(out, engine="streaming")
    else:
        frame.collect().write_parquet(out)


def measured(command):
    """(wall s, cpu s, peak MB) of a whole process."""
    started = time.perf_counter(); child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{command[0]} failed: {child.returncode}")
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def sums(path):
    import numpy as np, pyarrow.parquet as pq
    table = pq.read_table(path)
    kept = [c for c in ("frequency", "monetary", "lines", "units", "days", "skus", "c3", "m90") if c in table.column_names]
    return [table.num_rows] + [round(float(np.asarray(table[c].to_numpy(), dtype=float).sum()), 1) for c in kept]


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--tessera", required=True); ask.add_argument("--lines", type=int, default=20_000_000)
    ask.add_argument("--rounds", type=int, default=3); ask.add_argument("--inputs", default=os.path.join(tempfile.gettempdir(), "tessera-bench"))
    ask.add_argument("--peer", nargs=4, help=argparse.SUPPRESS)
    args = ask.parse_args()
    if args.peer:
        return peer(*args.peer)
    os.makedirs(args.inputs, exist_ok=True)
    source = os.path.join(args.inputs, f"lines-{args.lines}.parquet")
    if not os.path.exists(source):
        make(source, args.lines)
    shop = os.path.join(args.inputs, "shop"); shutil.rmtree(shop, ignore_errors=True)
    subprocess.run([args.tessera, "new", shop], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["sed", "-i", "s/^threads = .*/threads = 2/", os.path.join(shop, "tessera.toml")], check=True)
    out = os.path.join(args.inputs, "out.parquet")
    programs = ("tessera", "duckdb", "polars", "polars_stream")
    seen = {(query, name): [] for query in QUERIES for name in programs}
    for _ in range(args.rounds):
        for query in QUERIES:
            answers = set()
            for name in programs:
                command = [sys.executable, __file__, "--tessera", args.tessera, "--peer", name, query, source, out]
                if name == "tessera":
                    text = sql(query, "date_part('day', timestamp '2024-01-01' - max(ts))", "date_part('day', max(ts) - min(ts))", "purchases")
                    command = [args.tessera, "sql", text, "--file", f"purchases={source}", "--output", out, "--project", shop]
                seen[query, name].append(measured(command)); answers.add(tuple(sums(out)))
            if len(answers) != 1:
                sys.exit(f"{query}: answers differ: {answers}")
    for query in QUERIES:
        medians = {name: [statistics.median(run[i] for run in seen[query, name]) for i in range(3)] for name in programs}
        best = min(medians[name][1] for name in programs if name != "tessera")
        for name in programs:
            wall, cpu, peak = medians[name]
            print(json.dumps({"query": query, "program": name, "wall_s": round(wall, 2), "cpu_s": round(cpu, 2), "peak_mb": round(peak),
                              "cpu_to_best_peer": round(cpu / best, 3), "memory_to_duckdb": round(peak / medians["duckdb"][2], 3)}))


if __name__ == "__main__":
    main()
