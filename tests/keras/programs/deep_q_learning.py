"""DQN on a corridor: replay memory, a target network by set_weights, model.fit on small batches.

runs on: Keras 3
reaches: reward >= 0.85, right >= 5
agrees: right 2
"""

import random
from collections import deque

import keras
import numpy as np
from keras.layers import Dense
from keras.models import Sequential
from keras.optimizers import Adam

random.seed(1)
np.random.seed(1)
LENGTH = 7


class Corridor:
    """Walk right to the end: every step costs a little, the end is worth 1."""

    def reset(self):
        self.place = 0
        return self.state()

    def state(self):
        return np.eye(LENGTH, dtype="float32")[[self.place]]

    def step(self, action):
        self.place = min(max(self.place + (1 if action else -1), 0), LENGTH - 1)
        done = self.place == LENGTH - 1
        return self.state(), 1.0 if done else -0.02, done


class DQNAgent:
    def __init__(self):
        self.memory = deque(maxlen=2000)
        self.gamma, self.epsilon = 0.9, 1.0
        self.model = self._build_model()
        self.target = self._build_model()
        self.target.set_weights(self.model.get_weights())

    def _build_model(self):
        model = Sequential()
        model.add(keras.Input((LENGTH,)))
        model.add(Dense(16, activation="relu"))
        model.add(Dense(2, activation="linear"))
        model.compile(loss="mse", optimizer=Adam(learning_rate=0.01))
        return model

    def act(self, state):
        if np.random.rand() <= self.epsilon:
            return random.randrange(2)
        return int(np.argmax(self.model(state)[0]))

    def replay(self, batch_size):
        batch = random.sample(self.memory, batch_size)
        states = np.concatenate([row[0] for row in batch])
        next_states = np.concatenate([row[3] for row in batch])
        targets = self.model.predict(states, verbose=0)
        future = self.target.predict(next_states, verbose=0).max(axis=1)
        for i, (_, action, reward, _, done) in enumerate(batch):
            targets[i][action] = reward if done else reward + self.gamma * future[i]
        self.model.fit(states, targets, epochs=6, verbose=0)


env, agent = Corridor(), DQNAgent()
for episode in range(35):
    state = env.reset()
    for _ in range(40):
        action = agent.act(state)
        next_state, reward, done = env.step(action)
        agent.memory.append((state, action, reward, next_state, done))
        state = next_state
        if done:
            break
    if len(agent.memory) > 64:
        for _ in range(3):
            agent.replay(64)
    agent.epsilon = max(0.05, agent.epsilon * 0.92)
    if episode % 3 == 0:
        agent.target.set_weights(agent.model.get_weights())

agent.epsilon = 0.0
state, total = env.reset(), 0.0
for _ in range(20):
    state, reward, done = env.step(agent.act(state))
    total += reward
    if done:
        break
values = agent.model.predict(np.eye(LENGTH, dtype="float32"), verbose=0)

RESULT = {
    "scores": {"reward": total, "right": float((values[:-1, 1] > values[:-1, 0]).sum())},
    "shapes": {"values": values.shape, "memory": len(agent.memory) > 100},
}
