"""A scripted verifier's marks stand where it said them. This proves the plumbing, and nothing about any model."""

from magicai.content.drafting import Drafter
from magicai.content.text import plain
from magicai.verifier import Statement, Statements
from tests.scripted import ScriptedText
from tests.unit.content.briefs import TRUE, brief, said

# Invented features: nothing in the record speaks of them.
INVENTED = """
has a hidden zip|is cut from one piece|folds into its own pouch|dries in an hour|repels wine and oil|comes in a tin
is sewn by hand|has a towel loop|fits every cook|was tested by bakers|glows in the dark|has padded straps
is lined with silk|buttons at the neck|has a thermometer pocket|keeps its crease|smells of lavender|is fire resistant
has reflective seams|ties at the front|is printed on both sides|has leather corners|is certified organic|never frays
has a magnetic clasp|is woven in the north|opens flat|comes with a recipe|is dyed with indigo|has brass rivets
is wide enough for two|has a crumb catcher|adjusts in height|is padded at the waist|has a phone window|shrinks evenly
is free of plastic|has a spoon holder|is numbered by hand|has rounded hems|is cool to the touch|has a lined pocket
is embroidered|has a detachable bib|is machine embroidered|has side vents|is ironed before it ships|has a name tag
is reversible|has contrast stitching|is quilted|has a keyhole neck|is waxed|has a built-in oven cloth
is pleated|has crossed straps|is stonewashed|has a snap for keys|is double stitched|has flat seams
"""
OPINION = "You will not want to take it off."


def lines() -> list[str]:
    return [one.strip() for line in INVENTED.strip().splitlines() for one in line.split("|")]


async def test_sixty_of_sixty_marks_stand_at_the_right_place_and_opinions_are_left_alone() -> None:
    marked = opinions = 0
    features = lines()
    assert len(set(features)) == 60
    for first in range(0, 60, 3):
        three = features[first : first + 3]
        text = f"{TRUE} {' '.join(f'It {one}.' for one in three)} {OPINION}"
        judgements = [Statement(span=one, verdict="not_in_record") for one in three]
        judgements.append(Statement(span=OPINION, verdict="opinion"))
        verifier = ScriptedText([Statements(statements=judgements)] * 2, name="judge")
        draft = await Drafter(ScriptedText([said(text)] * 2), verifier=verifier).draft(brief())
        assert plain(draft.blocks) == text
        for claim in draft.assessment.claims:
            assert text[claim.start : claim.end] == claim.text
        marked += [one.text for one in draft.assessment.marked] == three
        opinions += sum(claim.text == OPINION and claim.verdict == "opinion" for claim in draft.assessment.claims)
    assert (3 * marked, opinions) == (60, 20)
