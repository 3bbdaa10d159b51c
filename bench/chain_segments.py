#!/usr/bin/env python3
"""Segments and store types of the generated chain, found by the shipped recipes and held against the truth.

    python3 -m venv .venv && .venv/bin/pip install numpy scikit-learn pandas pyarrow
    .venv/bin/python chain_segments.py --program ../target/debug/tessera --work /tmp/chains [--seeds 1 2 3 4 5]

For each seed: makes the chain, imports products, stores, customers and orders into a project, runs recipes through the
program and reads who is where. The folder truth/ serves to judge alone; nothing that is run reads it. Printed are
adjusted Rand indices (1 is the truth, 0 is chance), with the true number of clusters given (with --choose also
chosen), beside naive recipes and a classifier that is shown the truth of other members (linear discriminants on the
features of the same run, shrunk; customers in four folds, stores each by all others): a yardstick for what the features
hold, no bound.
Then the curves: by receipts per customer record, and by noise added to the catchment figures, as a multiple of the
noise that the chain has in them. Chains and projects stay in the work folder and are used again; runs are made anew.
"""
import argparse, contextlib, json, pathlib, subprocess, sys, warnings
import numpy as np, pandas as pd
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import adjusted_rand_score
from sklearn.model_selection import LeaveOneOut, StratifiedKFold, cross_val_predict

TYPES, SEGMENTS = 6, 8
# The noise of the chain's catchment figures: of the logarithm of income and children, and of the urban share.
FIGURES = {"median_income_index": 0.09, "households_with_children_share": 0.16, "urban_share": 0.12}
BANDS = [(1, 2), (2, 4), (4, 8), (8, 16), (16, 10**9)]
MIX_ALONE = 'title = "Sales mix alone"\nof = "{of}"\n[[features]]\nuse = "sales_mix"\nby = "{by}"\nweight = 100\n'
FIGURES_ALONE = f'title = "Figures alone"\nof = "stores"\n[[features]]\nuse = "demographics"\ncolumns = {json.dumps(list(FIGURES))}\nweight = 100\n'


class Chain:
    """A chain and its project."""

    def __init__(self, a, seed):
        self.program, name = a.program, f"{seed}-{a.customers}-{a.stores}-{a.orders}"
        self.files, self.project = a.work / f"chain-{name}", a.work / f"project-{name}"
        self.seed, done = seed, self.project / "imported"
        if not done.exists():
            self.tell("synth", self.files, "--seed", seed, "--customers", a.customers, "--stores", a.stores,
                      "--orders", a.orders, "--overwrite")
            self.tell("new", self.project)
            for kind in ("products", "stores", "customers", "orders"):
                self.take(kind, self.files / f"{kind}.csv")
            done.touch()

    def tell(self, *args):
        told = subprocess.run([str(self.program), "--json", *map(str, args)], capture_output=True, text=True)
        if told.returncode:
            sys.exit(f"{' '.join(map(str, args))}: {told.stderr.strip()}")
        return json.loads(told.stdout) if told.stdout.strip() else {}

    def take(self, kind, path):
        told = self.tell("import", path, "--as", kind, "--preset", "native", "--project", self.project)
        return told["files"][0]["import_id"]

    def sql(self, query):
        out = self.project / "answer.parquet"
        self.tell("sql", query, "--format", "parquet", "--output", out, "--project", self.project)
        found = pd.read_parquet(out)
        out.unlink()
        return found

    def fit(self, scheme, clusters, template=None, text=None, publish=False):
        """Runs a recipe; gives the members' clusters."""
        if template:
            self.tell("segment", "recipe", scheme, "--template", template, "--project", self.project)
        else:
            path = self.project / "recipe.toml"
            path.write_text(text)
            self.tell("segment", "recipe", scheme, path, "--project", self.project)
        given = ["--clusters", clusters] if clusters else []
        run = self.tell("segment", "fit", scheme, *given, "--project", self.project)["run_id"]
        if publish:
            self.tell("segment", "publish", scheme, "--run", run, "--project", self.project)
        found = self.sql(f"select member_id, customer_key, cluster_id, receipts from scheme_members where run_id = '{run}'")
        found.attrs["run"] = run
        return found

    def features(self, members):
        key = "customer_key" if members.customer_key.notna().all() else "member_id"
        long = self.sql(f"select {key} as member, feature, value from scheme_features where run_id = '{members.attrs['run']}'")
        wide = long.pivot(index="member", columns="feature", values="value").reindex(members[key])
        return wide.fillna(wide.mean())

    def segments(self, members):
        """The true segment of each customer record, through one of its receipts."""
        records = self.sql("select customer_key, min(receipt_id) as receipt_id from order_lines "
                           "where customer_key is not null group by customer_key")
        orders = pd.read_csv(self.files / "orders.csv", usecols=["receipt_id", "customer_id"], dtype=str)
        orders = orders.drop_duplicates("receipt_id")
        truth = self.files / "truth"
        persons = pd.read_parquet(truth / "identities.parquet").merge(pd.read_parquet(truth / "persons.parquet"), on="person_id")
        told = records.merge(orders, on="receipt_id").merge(persons, left_on="customer_id", right_on="record_id")
        return told.set_index("customer_key").segment.reindex(members.customer_key).to_numpy()

    def types(self, members):
        truth = pd.read_parquet(self.files / "truth" / "stores.parquet").set_index("store_id").catchment_type
        return truth.reindex(members.member_id).to_numpy()

    @contextlib.contextmanager
    def blurred(self, factor):
        """Stores with that much more noise in their figures, as a newer version that is taken back afterwards."""
        draw, stores = np.random.default_rng(self.seed), pd.read_csv(self.files / "stores.csv", dtype=str)
        for column, noise in FIGURES.items():
            value, added = stores[column].astype(float), factor * noise * draw.normal(size=len(stores))
            value = (value + added).clip(0, 1) if column == "urban_share" else value * np.exp(added)
            stores[column] = value.round(3)
        path = self.project / "stores.csv"
        stores.to_csv(path, index=False)
        version = self.take("stores", path)
        try:
            yield
        finally:
            self.tell("imports", "withdraw", version, "--reason", "noise of a benchmark", "--project", self.project)


def ceiling(features, truth, folds):
    x = features.to_numpy()
    x = (x - x.mean(0)) / np.where(x.std(0) > 0, x.std(0), 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = cross_val_predict(LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto"), x, truth, cv=folds)
    return found


def customers(chain, rows, curve, choose):
    found = chain.fit("habits", SEGMENTS, template="customer-habits", publish=True)
    truth, receipts, rand = chain.segments(found), found.receipts.to_numpy(), adjusted_rand_score
    shown = ceiling(chain.features(found), truth, StratifiedKFold(4, shuffle=True, random_state=0))
    named = {
        "customer-habits, 8 given": found.cluster_id.to_numpy(),
        "naive: customer-value (RFM), 8": chain.fit("value", SEGMENTS, template="customer-value"),
        "naive: sales by category alone, 8": chain.fit("mix", SEGMENTS, text=MIX_ALONE.format(of="customers", by="category_1")),
        "shown the truth of the others": shown,
    }
    if choose:
        chosen = chain.fit("habits-chosen", None, template="customer-habits").cluster_id
        named["customer-habits, number chosen"] = chosen.to_numpy()
        rows.append(("customers", "number chosen", "", chain.seed, chosen.nunique()))
    for name, labels in named.items():
        own = truth, receipts
        if isinstance(labels, pd.DataFrame):  # a window of months may leave some out
            own, labels = (chain.segments(labels), labels.receipts.to_numpy()), labels.cluster_id.to_numpy()
        for least in (1, 4, 8):
            kept = own[1] >= least
            rows.append(("customers", name, f"{least} or more receipts", chain.seed, rand(own[0][kept], labels[kept])))
    for low, high in BANDS:
        kept = (receipts >= low) & (receipts < high)
        for name, labels in (("found", found.cluster_id.to_numpy()), ("shown", shown)):
            curve.append((f"{low} to {high - 1}" if high < 10**9 else f"{low} or more", name, chain.seed, kept.sum(),
                          rand(truth[kept], labels[kept])))


def stores(chain, rows, curve, blurs, choose):
    rand = adjusted_rand_score
    found = chain.fit("catchment", TYPES, template="stores-by-catchment")
    truth = chain.types(found)
    figures = chain.fit("figures", TYPES, text=FIGURES_ALONE)
    named = {
        "stores-by-catchment, 6 given": found.cluster_id,
        "naive: catchment figures alone, 6": figures.cluster_id,
        "naive: sales by category alone, 6": chain.fit("store-mix", TYPES, text=MIX_ALONE.format(of="stores", by="category_2")).cluster_id,
        "naive: stores-by-sales-mix, 6": chain.fit("store-sales", TYPES, template="stores-by-sales-mix"),
        "shown the truth of the others": ceiling(chain.features(found), truth, LeaveOneOut()),
        "shown, figures alone": ceiling(chain.features(figures), truth, LeaveOneOut()),
    }
    if choose:
        chosen = chain.fit("catchment-chosen", None, template="stores-by-catchment").cluster_id
        named["stores-by-catchment, number chosen"] = chosen
        rows.append(("stores", "number chosen", "", chain.seed, chosen.nunique()))
    for name, labels in named.items():
        own = truth
        if isinstance(labels, pd.DataFrame):
            own, labels = chain.types(labels), labels.cluster_id
        rows.append(("stores", name, "all shops", chain.seed, rand(own, labels)))
    for factor in blurs:
        with chain.blurred(factor):
            found = chain.fit("catchment", TYPES, template="stores-by-catchment")
            figures = chain.fit("figures", TYPES, text=FIGURES_ALONE)
        curve += [(factor, "found", chain.seed, rand(truth, found.cluster_id)),
                  (factor, "figures alone", chain.seed, rand(truth, figures.cluster_id)),
                  (factor, "shown", chain.seed, rand(truth, ceiling(chain.features(found), truth, LeaveOneOut())))]


def table(title, frame, index, columns):
    """Means over the seeds, with least and greatest."""
    grouped = frame.groupby(index + columns, sort=False).ari.agg(["mean", "min", "max"])
    cells = grouped.apply(lambda r: f"{r['mean']:.2f} ({r['min']:.2f} to {r['max']:.2f})", axis=1).unstack(columns, sort=False)
    print(f"\n{title}\n| {' | '.join(index)} | {' | '.join(map(str, cells.columns))} |\n|{'---|' * (len(index) + len(cells.columns))}")
    for name, row in cells.iterrows():
        name = name if isinstance(name, tuple) else (name,)
        print(f"| {' | '.join(map(str, name))} | {' | '.join('' if pd.isna(c) else c for c in row)} |")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--program", type=pathlib.Path, required=True)
    p.add_argument("--work", type=pathlib.Path, required=True)
    p.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    p.add_argument("--customers", type=int, default=3000)
    p.add_argument("--stores", type=int, default=60)
    p.add_argument("--orders", type=int, default=60000)
    p.add_argument("--blur", type=float, nargs="*", default=[0.5, 1.0, 2.0], help="noise added to the figures, in multiples of the chain's")
    p.add_argument("--choose", action="store_true", help="let the program choose the number of clusters, too")
    p.add_argument("--only", choices=["make", "customers"], help="make: chains and projects alone; customers: no stores")
    a = p.parse_args()
    a.work.mkdir(parents=True, exist_ok=True)
    rows, by_receipts, by_noise = [], [], []
    for seed in a.seeds:
        chain = Chain(a, seed)
        print(f"… seed {seed}", file=sys.stderr, flush=True)
        if a.only != "make":
            customers(chain, rows, by_receipts, a.choose)
        if a.only is None:
            stores(chain, rows, by_noise, a.blur, a.choose)
        for row in (row for row in rows if row[3] == seed):
            print(*row, file=sys.stderr, flush=True)
    if not rows:
        return
    print(f"{len(a.seeds)} seeds ({', '.join(map(str, a.seeds))}), {a.customers} customers, {a.stores} stores, {a.orders} receipts: mean (least to greatest)")
    rows = pd.DataFrame(rows, columns=["of", "recipe", "members", "seed", "ari"])
    for of in rows.of.unique():
        own = rows[(rows.of == of) & (rows.recipe != "number chosen")]
        table(f"ARI, {of}", own, ["recipe"], ["members"])
        chosen = rows[(rows.of == of) & (rows.recipe == "number chosen")].ari
        if len(chosen):
            print("Numbers chosen:", ", ".join(f"{int(number)}" for number in chosen))
    curve = pd.DataFrame(by_receipts, columns=["receipts", "labels", "seed", "records", "ari"])
    table("Customer records by number of receipts", curve, ["receipts"], ["labels"])
    print("Records, mean:", ", ".join(f"{r}: {n:.0f}" for r, n in curve.groupby("receipts", sort=False).records.mean().items()))
    if by_noise:
        table("Stores by noise added to the catchment figures", pd.DataFrame(by_noise, columns=["noise", "labels", "seed", "ari"]), ["noise"], ["labels"])


if __name__ == "__main__":
    main()
