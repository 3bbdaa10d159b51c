"""Prints the reference numbers in golden_mixture.rs, from scikit-learn 1.9 and NumPy.

    pip install scikit-learn && python reference_mixture.py

The start is a labelling (row number modulo 4): scikit-learn's own maximisation step makes weights, means
and precisions of it, and a second mixture starts from these.
"""

import numpy as np
from sklearn.mixture import GaussianMixture

ROWS, COLS = 240, 5


def matrix():
    state, values = 12345, []
    for row in range(ROWS):
        for col in range(COLS):
            state = (state * 1103515245 + 12345) % 2**31
            values.append((state >> 12) % 1000 / 100 + 4 * ((row % 4 >> col % 2) & 1))
    return np.array(values).reshape(ROWS, COLS)


data = matrix()
floor = 1e-4 * data.var(axis=0).mean()
for shape in ["full", "tied", "diag", "spherical"]:
    settings = dict(covariance_type=shape, reg_covar=floor, tol=1e-6, max_iter=500)
    first = GaussianMixture(4, **settings)
    first._initialize(data, np.eye(4)[np.arange(ROWS) % 4])
    roots = first.precisions_cholesky_
    square = roots @ np.swapaxes(roots, -1, -2) if shape in ("full", "tied") else roots**2
    fit = GaussianMixture(
        4, means_init=first.means_, weights_init=first.weights_, precisions_init=square, **settings
    ).fit(data)
    shares = fit.predict_proba(data)
    entropy = -(shares * np.log(np.maximum(shares, 1e-300))).sum()
    print(shape)
    for name, value in {
        "log-likelihood, bic, icl": [
            fit.score(data) * ROWS,
            fit.bic(data),
            fit.bic(data) + 2 * entropy,
        ],
        "iterations": fit.n_iter_,
        "sizes": np.bincount(fit.predict(data), minlength=4),
        "weights": fit.weights_,
        "first mean": fit.means_[0],
        "memberships of row 0": shares[0],
        "first covariance": fit.covariances_.ravel()[:2],
    }.items():
        print(" ", name, np.asarray(value).tolist())
