"""Makes what `golden.rs` compares with: drawn customers, and what other programs find in them.

    python3 -m venv venv && venv/bin/pip install lifetimes==0.11.3 scipy==1.17.1
    venv/bin/python reference.py

Writes golden/customers.csv (400 customers drawn by numpy from BG/NBD with a Pareto/NBD half, with what each spent per order
and what each bought later) and golden/found.txt: log-likelihoods by scipy alone (quad over the time of leaving, no
hypergeometric function), the fits of `lifetimes`, and what it forecasts. Nothing here is read by the kernel.
"""
import warnings
import numpy as np
from scipy import integrate, optimize, special

warnings.filterwarnings("ignore")
HORIZON = 20.0
rng = np.random.default_rng(20)


def draw(count):
    rows = []
    for n in range(count):
        age = rng.integers(70, 260) / 7
        rate = rng.gamma(0.8) / 6.0
        leave = rng.beta(0.9, 2.2) if n % 2 else 0.0
        end = np.inf if n % 2 else rng.exponential() * 14.0 / rng.gamma(0.7)
        at, times = 0.0, []
        while True:
            at += rng.exponential() / rate
            if at > min(end, age + HORIZON):
                break
            times.append(at)
            if rng.random() < leave:
                break
        before = sorted({round(t * 7) / 7 for t in times if 0.5 / 7 < t <= age})
        mean = rng.gamma(4.0 * max(len(before), 1)) / max(len(before), 1) * 9.0 / rng.gamma(3.0)
        rows.append((len(before), before[-1] if before else 0.0, age, sum(t > age for t in times), round(mean, 2)))
    return rows


def pareto_row(p, x, t, T):
    """By the time of leaving, with quad: independent of any hypergeometric form."""
    r, alpha, s, beta = p
    base = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    alive = -(r + x) * np.log(alpha + T) - s * np.log(beta + T)
    scale = -(r + x) * np.log(alpha + t) - (s + 1) * np.log(beta + t)
    f = lambda tau: np.exp(-(r + x) * np.log(alpha + tau) - (s + 1) * np.log(beta + tau) - scale)
    gone, _ = integrate.quad(f, t, T, epsabs=0, epsrel=1e-12, limit=400)
    return base + np.logaddexp(alive, np.log(s) + np.log(gone) + scale if gone > 0 else -np.inf)


def pareto_hypergeometric(p, x, t, T):
    """The form of Fader and Hardie's note."""
    r, alpha, s, beta = p
    q = r + s + x
    def part(y):
        if alpha >= beta:
            return special.hyp2f1(q, s + 1, q + 1, (alpha - beta) / (alpha + y)) / (alpha + y) ** q
        return special.hyp2f1(q, r + x, q + 1, (beta - alpha) / (beta + y)) / (beta + y) ** q
    base = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    alive = (alpha + T) ** -(r + x) * (beta + T) ** -s
    return base + np.log(alive + s / q * (part(t) - part(T)))


def bg_row(p, x, t, T):
    r, alpha, a, b = p
    base = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
    alive = special.betaln(a, b + x) - special.betaln(a, b) - (r + x) * np.log(alpha + T)
    if x == 0:
        return base + alive
    gone = special.betaln(a + 1, b + x - 1) - special.betaln(a, b) - (r + x) * np.log(alpha + t)
    return base + np.logaddexp(alive, gone)


def spend_row(p, x, z):
    p_, q, g = p
    return (special.gammaln(p_ * x + q) - special.gammaln(p_ * x) - special.gammaln(q) + q * np.log(g)
            + (p_ * x - 1) * np.log(z) + p_ * x * np.log(x) - (p_ * x + q) * np.log(g + x * z))


def best(row, columns, start):
    f = lambda u: -sum(row(np.exp(u), *one) for one in columns)
    found = optimize.minimize(f, np.log(start), method="Nelder-Mead", options=dict(xatol=1e-7, fatol=1e-10, maxiter=4000, maxfev=4000))
    return np.exp(found.x).tolist(), -found.fun


def write(told):
    """One line each: what it is, then its numbers."""
    def flat(of):
        return [of] if isinstance(of, (int, float)) else [value for one in of for value in flat(one)]
    with open("golden/found.txt", "w") as file:
        for name, of in told.items():
            parts = of.items() if isinstance(of, dict) else [(None, of)]
            for part, values in parts:
                for one in values if name.endswith(("_at", "_rows")) else [values]:
                    label = f"{name}_{part}" if part else name
                    file.write(label + " " + " ".join(repr(value) for value in flat(one)) + "\n")


def main():
    rows = draw(400)
    with open("golden/customers.csv", "w") as file:
        file.write("repeats,recency,age,later,mean\n")
        file.writelines(f"{x},{t!r},{T!r},{y},{z!r}\n" for x, t, T, y, z in ((x, float(t), float(T), y, float(z)) for x, t, T, y, z in rows))
    rows = [tuple(map(float, line.split(","))) for line in open("golden/customers.csv").read().split()[1:]]
    timed = [row[:3] for row in rows]
    spent = [(x, z) for x, _, _, _, z in rows if x > 0]
    given = [[0.6, 5.0, 0.9, 11.0], [0.6, 11.0, 0.9, 5.0], [3.0, 7.0, 2.0, 7.0], [0.05, 0.01, 4.0, 300.0], [40.0, 300.0, 0.02, 0.004]]
    told = {
        "pareto_at": [[p, sum(pareto_row(p, *one) for one in timed)] for p in given],
        "bg_at": [[p, sum(bg_row(p, *one) for one in timed)] for p in given],
        "pareto_rows": [[p, list(row), pareto_row(p, *row), pareto_hypergeometric(p, *row)]
                        for p in given[:3] for row in [(0, 0.0, 30.0), (3, 12.5, 30.0), (11, 29.0, 30.0), (25, 20.0, 21.0)]],
        "bg": best(bg_row, timed, [1, 5, 1, 2]),
        "pareto": best(lambda p, *row: pareto_hypergeometric(p, *row), timed, [1, 5, 1, 10]),
        "spend": best(spend_row, spent, [3, 3, 10]),
    }
    import lifetimes
    x, t, T, _, z = map(np.array, zip(*rows))
    for name, fitter in (("bg", lifetimes.BetaGeoFitter()), ("pareto", lifetimes.ParetoNBDFitter())):
        fitter.fit(x, t, T)
        # What it forecasts is asked at the best parameters that were found, not at its own.
        fitted = dict(zip(fitter.params_.index, fitter.params_))
        fitter.params_[:] = told[name][0]
        order = np.argsort(-x, kind="stable")[[0, 1, 5, 20, 60, 100, 200, 399]]
        told[name + "_lifetimes"] = {
            "fitted": list(fitted.values()),
            "rows": order.tolist(),
            "alive": [float(np.ravel(fitter.conditional_probability_alive(x[i], t[i], T[i]))[0]) for i in order],
            "orders": [float(np.ravel(fitter.conditional_expected_number_of_purchases_up_to_time(HORIZON, x[i], t[i], T[i]))[0]) for i in order],
        }
    fitter = lifetimes.GammaGammaFitter()
    some = x > 0
    fitter.fit(x[some], z[some])
    own = list(fitter.params_)
    fitter.params_[:] = told["spend"][0]
    told["spend_lifetimes"] = {"fitted": own, "rows": order.tolist(),
                               "expected": [float(fitter.conditional_expected_average_profit(x[i], z[i])) for i in order]}
    write(told)


if __name__ == "__main__":
    main()
