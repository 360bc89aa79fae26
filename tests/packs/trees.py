"""Random families of four generations, as hypothesis draws them."""

from hypothesis import strategies as st

DIED = "2025-01-15"
DAYS = ("1990-05-05", "2020-03-03", DIED, "2025-03-03", None)
BORN = ("2025-06-01", "2026-06-01", None)  # still to be born, conceived later, unborn


@st.composite
def families(draw):
    """The file form: three generations below the deceased, two above, siblings, a spouse."""
    persons: dict[str, dict[str, object]] = {"d": {"died_on": DIED}}
    if draw(st.booleans()):
        persons["w"] = draw(people())
        persons["d"]["spouse"] = "w"
    below(draw, persons)
    above(draw, persons)
    order = draw(st.permutations(sorted(persons)))
    return {"subject": "d", "persons": {key: persons[key] for key in order}}


@st.composite
def people(draw, **ties):
    """One person, perhaps dead, unborn, having renounced or lost the right."""
    person = dict(ties)
    if draw(st.integers(0, 7)) == 0:
        person["birth_date"] = draw(st.sampled_from(BORN))
    elif (died := draw(st.sampled_from(DAYS))) is not None:
        person["died_on"] = died
    if draw(st.integers(0, 3)) == 0:
        person["renounced_on"] = "2025-02-01"
    if draw(st.integers(0, 5)) == 0:
        person["disqualified"] = True
    return person


def below(draw, persons):
    """Three generations of descendants; some adopted, some of two lines at once."""
    generation = ["d"]
    for depth in range(3):
        following = []
        for parent in generation:
            for n in range(draw(st.integers(0, 3 if depth < 2 else 2))):
                ties = {"father": parent}
                mother = draw(st.sampled_from(generation))
                if depth and mother != parent and draw(st.booleans()):
                    ties["mother"] = mother
                elif draw(st.integers(0, 9)) == 0:
                    ties = {"adoptive_father": parent}
                persons[f"{parent}{n}"] = draw(people(**ties))
                following.append(f"{parent}{n}")
        generation = following


def above(draw, persons):
    """Parents, a grandmother on each side, siblings of the half and the full blood."""
    for fact, key in (("mother", "m"), ("father", "f")):
        if draw(st.booleans()):
            persons[key] = draw(people())
            persons["d"][fact] = key
            if draw(st.booleans()):
                persons[f"{key}m"] = draw(people())
                persons[key]["mother"] = f"{key}m"
            for n in range(draw(st.integers(0, 2))):
                persons[f"s{key}{n}"] = draw(people(**{fact: key}))
