"""Prints the reference numbers in golden.rs, from scikit-learn 1.9 and NumPy.

    pip install scikit-learn && python reference.py

The data are whole numbers from a linear congruential generator, so that both languages make the same
matrix without a file.
"""

import numpy as np
from sklearn import metrics
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.preprocessing import RobustScaler

ROWS, COLS = 240, 5


def matrix():
    state, values = 12345, []
    for row in range(ROWS):
        for col in range(COLS):
            state = (state * 1103515245 + 12345) % 2**31
            values.append((state >> 12) % 1000 / 100 + 4 * ((row % 4 >> col % 2) & 1))
    return np.array(values).reshape(ROWS, COLS)


data = matrix()
fit = KMeans(4, init=data[:4], n_init=1, tol=0, max_iter=300, algorithm="lloyd").fit(data)
weighted = KMeans(4, init=data[:4], n_init=1, tol=0, max_iter=300, algorithm="lloyd").fit(data, sample_weight=np.arange(ROWS) % 3)
other = np.array([row * row // 7 % 5 for row in range(ROWS)])
pca = PCA(2).fit(data)
silhouettes = metrics.silhouette_samples(data, fit.labels_)
scaled = RobustScaler().fit(data)
for name, value in {
    "first values": data.ravel()[:6],
    "inertia": fit.inertia_,
    "sizes": np.bincount(fit.labels_),
    "iterations": fit.n_iter_,
    "first center": fit.cluster_centers_[0],
    "weighted inertia": weighted.inertia_,
    "weighted sizes": np.bincount(weighted.labels_),
    "weighted first center": weighted.cluster_centers_[0],
    "silhouette": metrics.silhouette_score(data, fit.labels_),
    "silhouettes": silhouettes[[0, 100, 239]],
    "calinski_harabasz": metrics.calinski_harabasz_score(data, fit.labels_),
    "davies_bouldin": metrics.davies_bouldin_score(data, fit.labels_),
    "ari": metrics.adjusted_rand_score(fit.labels_, other),
    "nmi": metrics.normalized_mutual_info_score(fit.labels_, other),
    "ami": metrics.adjusted_mutual_info_score(fit.labels_, other),
    "ari with truth": metrics.adjusted_rand_score(fit.labels_, np.arange(ROWS) % 4),
    "ami with truth": metrics.adjusted_mutual_info_score(fit.labels_, np.arange(ROWS) % 4),
    "nmi with truth": metrics.normalized_mutual_info_score(fit.labels_, np.arange(ROWS) % 4),
    "explained": pca.explained_variance_ratio_,
    "first axis": pca.components_[0],
    "second axis": pca.components_[1],
    "medians": scaled.center_,
    "ranges": scaled.scale_,
}.items():
    print(name, np.asarray(value).tolist())
