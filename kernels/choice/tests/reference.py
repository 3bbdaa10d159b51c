"""Golden numbers of tests/golden.rs by scipy's general optimiser and plain numpy, dense and without any code of ours.

    python kernels/choice/tests/reference.py

Needs numpy and scipy (made with numpy 2.4.6, scipy 1.17.1). Prints the constants.
"""

import numpy as np
from scipy.optimize import minimize
from scipy.stats import t

ROWS, OCCASIONS, RIDGE = 24, 240, 0.5
state = 12345


def draw(n):
    global state
    state = (state * 1103515245 + 12345) % 2**31
    return (state >> 8) % n


levels = np.array([[draw(3), draw(4)] for _ in range(ROWS)])
price = np.array([np.log(1 + draw(50)) for _ in range(ROWS)])
x = np.zeros((ROWS, 8))
for row in range(ROWS):
    x[row, levels[row, 0]] = 1
    x[row, 3 + levels[row, 1]] = 1
scale = price.std()
x[:, 7] = price / scale

sets, chosen, weight, chooser = [], [], [], []
for at in range(OCCASIONS):
    size, first, step = 3 + draw(6), draw(ROWS), [1, 5, 7, 11][draw(4)]
    rows = [(first + step * place) % ROWS for place in range(size)]
    # Of three looks at the set the one with the smallest levels is taken, so that attributes move choices.
    looks = [rows[draw(size)] for _ in range(3)]
    sets.append(rows)
    chosen.append(min(looks, key=lambda row: (levels[row, 0] + levels[row, 1], row)))
    weight.append(1 + draw(3))
    chooser.append(at // 4)


def parts(b):
    value, scores, hill = 0.0, np.zeros((OCCASIONS // 4, 8)), np.zeros((8, 8))
    for rows, one, w, who in zip(sets, chosen, weight, chooser):
        v = x[rows] @ b
        p = np.exp(v - v.max())
        value += w * (x[one] @ b - v.max() - np.log(p.sum()))
        p /= p.sum()
        mean = p @ x[rows]
        scores[who] += w * (x[one] - mean)
        hill += w * (x[rows].T @ (p[:, None] * x[rows]) - np.outer(mean, mean))
    return value, scores, hill


def lost(b):
    value, scores, _ = parts(b)
    return -value + RIDGE / 2 * b @ b, -scores.sum(0) + RIDGE * b


found = minimize(lost, np.zeros(8), jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 1000})
b = found.x
value, scores, hill = parts(b)
ridge = RIDGE * np.eye(8)
inverse = np.linalg.inv(hill + ridge)
choosers = len(scores)
outer = scores.T @ scores * choosers / (choosers - 1)
covariance = inverse @ (outer + ridge) @ inverse
print("log-likelihood", repr(value))
print("equal chances", -sum(w * np.log(len(rows)) for rows, w in zip(sets, weight)))
print("design effect", max(1.0, np.trace(inverse @ outer) / np.trace(inverse @ hill)))

observed, expected = np.zeros(8), np.zeros(8)
for rows, one, w in zip(sets, chosen, weight):
    observed += w * x[one]
    expected += w * x[rows].mean(0)
quantile = t.ppf(0.95, choosers - 1)
for span in (range(3), range(3, 7)):
    mean = np.zeros(8)
    mean[span] = expected[span] / expected[span].sum()
    for at in span:
        c = np.eye(8)[at] - mean
        error = np.sqrt(c @ covariance @ c)
        print(f"({c @ b:.10f}, {error:.10f}, {c @ b - quantile * error:.10f}, {observed[at]:.10f}, {expected[at]:.10f}),")
error = np.sqrt(covariance[7, 7]) / scale
weights = sum(weight)
print(f"({b[7] / scale:.10f}, {error:.10f}, {b[7] / scale - quantile * error:.10f}, {observed[7] * scale / weights:.10f}, {expected[7] * scale / weights:.10f}),")
