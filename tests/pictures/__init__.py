"""Pictures of what people see, made from what the product renders.

`python -m tests.pictures` (or `make pictures`) writes the texts to `docs/images/texts/` and, with
Chromium, pictures of them at desktop and phone width beside them. A test holds the committed texts
against what rendering gives now, so a picture that is out of date is noticed without Chromium.
"""
