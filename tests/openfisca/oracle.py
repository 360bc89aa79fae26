"""Runs in OpenFisca's own environment: situations in as JSON, values out as JSON."""

import json
import sys

from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_country_template import CountryTaxBenefitSystem


def main() -> None:
    system = CountryTaxBenefitSystem()
    answers = []
    for question in json.load(sys.stdin):
        simulation = SimulationBuilder().build_from_entities(system, question["situation"])
        answers.append(
            {
                f"{variable}@{period}": simulation.calculate(variable, period).tolist()
                for variable, period in question["outputs"]
            }
        )
    json.dump(answers, sys.stdout)


main()
