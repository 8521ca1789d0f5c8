"""The demo's stories: what is promised of them, and the truth under the readings."""

import io
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PIL import Image

from analytics.synthetic.demo import make_demo
from analytics.synthetic.skin import RED_ON, TONES, SkinPhoto, draw_skin
from analytics.synthetic.story import MadeStory
from tracker.rules import vocabulary

END = datetime(2026, 6, 30, 20, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def sam() -> dict[str, MadeStory]:
    return {story.key: story for story in make_demo(END)[0].stories}


def test_a_year_up_to_the_end_and_nothing_after_it(sam: dict[str, MadeStory]) -> None:
    times = [entry.at for person in make_demo(END) for story in person.stories for entry in story.entries]
    events = [event.at for person in make_demo(END) for story in person.stories for event in story.events]
    assert max(times + events) < END
    assert min(times) > END - timedelta(days=367)
    assert sam["lower-leg"].entries[-1].at > END - timedelta(days=1)
    for story in sam.values():
        assert [entry.at for entry in story.entries] == sorted({entry.at for entry in story.entries})


def test_the_same_end_and_seed_give_the_same_stories() -> None:
    assert make_demo(END) == make_demo(END)
    assert make_demo(END) != make_demo(END, seed=12)


def test_every_value_is_a_word_of_the_diary_file(sam: dict[str, MadeStory]) -> None:
    lists = {
        "method": vocabulary.METHODS, "discharge": vocabulary.DISCHARGES, "shape": vocabulary.SHAPES,
        "firmness": vocabulary.FIRMNESSES, "mobility": vocabulary.MOBILITIES,
    }  # fmt: skip
    for person in make_demo(END):
        for story in person.stories:
            assert story.fields["site"] in vocabulary.SITES and story.fields["side"] in vocabulary.SIDES
            assert {event.kind for event in story.events} <= set(vocabulary.EVENT_KINDS)
            for entry in story.entries:
                assert all(entry.fields[key] in words for key, words in lists.items() if key in entry.fields)
                assert set(entry.fields.get("skin", [])) <= set(vocabulary.SKIN)


def test_the_stories_are_the_four_that_were_promised(sam: dict[str, MadeStory]) -> None:
    back, cyst, bruise, calf = (sam[key] for key in ("lower-back", "shoulder", "thigh", "lower-leg"))
    assert {entry.truth_mm for entry in back.entries} == {back.entries[0].truth_mm}
    assert {(entry.fields["firmness"], entry.fields["mobility"]) for entry in back.entries} == {("soft", "moves")}
    assert (back.fields["site"], back.fields["side"]) == ("lower_back", "left")
    worst = max(cyst.entries, key=lambda entry: entry.fields["redness"])
    assert worst.fields["redness"] == 3 and worst.fields["warmth"] and worst.fields["pain"] >= 5
    assert "drained" in [event.kind for event in cyst.events]
    assert cyst.entries[-1].truth_mm[0] < 8 and cyst.entries[-1].fields["redness"] == 0
    assert bruise.fields["noticed_after"] == "injury" and bruise.events[0].kind == "injury"
    assert bruise.entries[-1].truth_mm[0] < 0.25 * bruise.entries[0].truth_mm[0]
    month_six = [entry.truth_mm[0] for entry in calf.entries if entry.at < END - timedelta(days=365 - 190)]
    assert set(month_six) == {18.0} and calf.entries[-1].truth_mm[0] > 28


def test_readings_lie_about_the_truth(sam: dict[str, MadeStory]) -> None:
    off = [
        np.log(e.fields["length_mm"] / e.truth_mm[0]) for key in ("lower-back", "lower-leg") for e in sam[key].entries
    ]
    assert abs(float(np.mean(off))) < 0.03 and 0.02 < float(np.std(off)) < 0.09


def pixels(photo: SkinPhoto) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(draw_skin(photo))), float)


@pytest.mark.parametrize("tone", list(TONES))
def test_a_drawn_photo_shows_its_redness_on_every_skin(tone: str) -> None:
    middle = (slice(240, 320), slice(400, 500))
    calm, red = (pixels(SkinPhoto(30, 24, 4, tone, redness))[middle] for redness in (0, 3))

    def reddish(patch: np.ndarray) -> float:
        return float((patch[..., 0] / patch.sum(axis=-1)).mean())

    assert reddish(red) > reddish(calm)
    assert RED_ON[tone] == 1 or reddish(red) - reddish(calm) < 0.16


def test_a_drawn_photo_is_a_jpeg_with_a_ruler_and_the_same_each_time() -> None:
    photo = SkinPhoto(30, 24, 4)
    assert draw_skin(photo) == draw_skin(photo) != draw_skin(SkinPhoto(30, 24, 4, seed=1))
    image = Image.open(io.BytesIO(draw_skin(photo)))
    assert (image.format, image.size) == ("JPEG", (896, 672))
    ruler = pixels(photo)[600:640, 100:800]
    assert ruler.max() > 200
