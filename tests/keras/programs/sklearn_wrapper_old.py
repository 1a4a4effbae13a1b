"""KerasClassifier and KerasRegressor inside scikit-learn's cross validation and grid search.

runs on: old Keras (keras.wrappers.scikit_learn, nb_epoch)
reaches: accuracy >= 0.85, r2 >= 0.35
"""

import numpy as np
from keras.layers import Dense
from keras.models import Sequential
from keras.wrappers.scikit_learn import KerasClassifier, KerasRegressor
from sklearn.datasets import load_diabetes, load_iris
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score

X, y = load_iris(return_X_y=True)


def baseline_model(units=8):
    model = Sequential()
    model.add(Dense(units, input_dim=4, activation="relu"))
    model.add(Dense(3, activation="softmax"))
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


estimator = KerasClassifier(build_fn=baseline_model, nb_epoch=80, batch_size=5, verbose=0)
kfold = KFold(n_splits=3, shuffle=True, random_state=1)
results = cross_val_score(estimator, X, y, cv=kfold)
print("Accuracy: %.2f%% (%.2f%%)" % (results.mean() * 100, results.std() * 100))

grid = GridSearchCV(
    estimator=KerasClassifier(build_fn=baseline_model, epochs=30, verbose=0),
    param_grid={"units": [4, 16], "batch_size": [5, 10]},
    cv=KFold(n_splits=2, shuffle=True, random_state=0),
)
grid_result = grid.fit(X, y)
print("Best: %f using %s" % (grid_result.best_score_, grid_result.best_params_))


def regression():
    model = Sequential([Dense(16, input_dim=10, activation="relu"), Dense(1)])
    model.compile(loss="mean_squared_error", optimizer="adam")
    return model


features, target = load_diabetes(return_X_y=True)
features, target = features / features.std(axis=0), (target - target.mean()) / target.std()
regressor = KerasRegressor(build_fn=regression, epochs=30, batch_size=16, verbose=0)
regressor.fit(features[:300], target[:300])
residual = target[300:] - regressor.predict(features[300:])

RESULT = {
    "scores": {
        "accuracy": results.mean(),
        "r2": 1 - np.mean(residual**2) / np.var(target[300:]),
        "best": grid_result.best_score_,
    },
    "shapes": {
        "results": results.shape,
        "residual": residual.shape,
        "params": sorted(grid_result.best_params_),
    },
}
