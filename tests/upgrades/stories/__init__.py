"""The stories that are recorded at each release and played through the next one's upgrade.

They bring about every kind of wait, failure and pause, and each ends by itself or by what people
do. A release's recordings name the stages by their numbers: while there are recordings of it, a
story stays as it is, and what is missing becomes another story.
"""

from tests.upgrades.stories.agents import AGENTS
from tests.upgrades.stories.life import LIFE
from tests.upgrades.stories.merges import MERGES
from tests.upgrades.stories.waits import WAITS
from tests.upgrades.vocabulary import Scenario

STORIES: dict[str, Scenario] = LIFE | AGENTS | WAITS | MERGES
