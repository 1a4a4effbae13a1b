"""The LSTM on airline passengers that every series course shows.

runs on: Keras 3
reaches: train rmse <= 32, test rmse <= 75
agrees: train rmse 8, test rmse 25
"""

import math
import os

import numpy
from pandas import read_csv
from sklearn.metrics import mean_squared_error
from sklearn.preprocessing import MinMaxScaler
from tensorflow.keras.layers import LSTM, Dense
from tensorflow.keras.models import Sequential


def create_dataset(dataset, look_back=1):
    dataX, dataY = [], []
    for i in range(len(dataset) - look_back - 1):
        dataX.append(dataset[i : (i + look_back), 0])
        dataY.append(dataset[i + look_back, 0])
    return numpy.array(dataX), numpy.array(dataY)


path = os.path.join(os.environ["PELLUCID_DATA"], "time-series", "airline-passengers.csv")
dataset = read_csv(path, usecols=[1], engine="python").values.astype("float32")
scaler = MinMaxScaler(feature_range=(0, 1))
dataset = scaler.fit_transform(dataset)
train_size = int(len(dataset) * 0.67)
train, test = dataset[0:train_size, :], dataset[train_size:, :]
look_back = 3
trainX, trainY = create_dataset(train, look_back)
testX, testY = create_dataset(test, look_back)
trainX = numpy.reshape(trainX, (trainX.shape[0], 1, trainX.shape[1]))
testX = numpy.reshape(testX, (testX.shape[0], 1, testX.shape[1]))

model = Sequential()
model.add(LSTM(8, input_shape=(1, look_back)))
model.add(Dense(1))
model.compile(loss="mean_squared_error", optimizer="adam")
history = model.fit(trainX, trainY, epochs=60, batch_size=1, verbose=0)
trainPredict = scaler.inverse_transform(model.predict(trainX))
testPredict = scaler.inverse_transform(model.predict(testX))
trainScore = math.sqrt(
    mean_squared_error(scaler.inverse_transform([trainY])[0], trainPredict[:, 0])
)
testScore = math.sqrt(mean_squared_error(scaler.inverse_transform([testY])[0], testPredict[:, 0]))
print("Train Score: %.2f RMSE, test %.2f" % (trainScore, testScore))

RESULT = {
    "scores": {"train rmse": trainScore, "test rmse": testScore},
    "shapes": {"train": trainPredict.shape, "weights": [w.shape for w in model.get_weights()]},
    "history": sorted(history.history),
}
