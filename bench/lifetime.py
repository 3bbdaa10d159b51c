#!/usr/bin/env python3
"""How fast the models of repeat purchases are fitted and asked, beside the package `lifetimes`.

    cargo build --release -p lifetime --example lifetime_timing
    python3 -m venv venv && venv/bin/pip install lifetimes==0.11.3
    venv/bin/python lifetime.py --timing ../target/release/examples/lifetime_timing [--customers 1000000] [--peer 20000]

The kernel draws its own customers: with `days` purchases fall on days, as transactions do, and equal customers are
computed once; with `times` no two are alike, which is the worst there is. `lifetimes` gets customers of the same kind,
fewer of them (--peer 0 leaves it out).
"""
import argparse, json, subprocess, time, warnings


def peer(count):
    import numpy as np
    import lifetimes
    from lifetimes.generate_data import beta_geometric_nbd_model, pareto_nbd_model
    warnings.filterwarnings("ignore")
    np.random.seed(1)
    ages = 52 * np.random.random(count)
    for name, fitter, data in (
        ("bgnbd", lifetimes.BetaGeoFitter(), beta_geometric_nbd_model(ages, 0.4, 4.0, 0.8, 2.5, size=count)),
        ("paretonbd", lifetimes.ParetoNBDFitter(), pareto_nbd_model(ages, 0.6, 10.0, 0.6, 12.0, size=count)),
    ):
        x, t, T = (data[key].to_numpy(dtype=float) for key in ("frequency", "recency", "T"))
        begun, cpu = time.perf_counter(), time.process_time()
        fitter.fit(x, t, T)
        fitted = time.perf_counter() - begun, time.process_time() - cpu
        begun = time.perf_counter()
        fitter.conditional_probability_alive(x, t, T)
        fitter.conditional_expected_number_of_purchases_up_to_time(26, x, t, T)
        print(json.dumps({"program": "lifetimes", "model": name, "customers": count, "fit": round(fitted[0], 2),
                          "fit_cpu": round(fitted[1], 2), "score": round(time.perf_counter() - begun, 2)}))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--timing", required=True)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--peer", type=int, default=20_000)
    asked = parser.parse_args()
    for kind in ("days", "times"):
        print(kind)
        subprocess.run([asked.timing, str(asked.customers), kind], check=True)
    if asked.peer:
        peer(asked.peer)


if __name__ == "__main__":
    main()
