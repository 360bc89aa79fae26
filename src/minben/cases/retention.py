"""How long this room keeps what: as long as the vouchers of its payments, ten years."""

from datetime import date

from minben.base.retention import goes_with, keeps, years_before
from minben.base.text import Text
from minben.cases.models import Appeal, Case, CaseDecision, Objection, Override, Task

YEARS = 10

goes_with(
    "cases.Case",
    "cases.Applicant",
    "cases.Basis",
    "cases.CaseEvent",
    "cases.CaseDecision",
    "cases.Confirmation",
    "cases.Appeal",
    "cases.Override",
    "cases.Objection",
    "cases.Task",
)


@keeps("cases.Case", Text("結案後十年", "ten years after it stopped"))
def cases(today: date) -> int:
    """A case that stopped long ago, with everything that was said and decided in it; not while an
    appeal, override or objection waits for its answer, nor within ten years of an appeal's.
    """
    long_ago = years_before(today, YEARS)
    argued = Appeal.objects.exclude(answered_on__lt=long_ago).values("case")
    proposed = Override.objects.filter(settled_on=None).values("case")
    objected = Objection.objects.filter(settled_on=None).values("case")
    stopped = Case.objects.filter(stopped_on__lt=long_ago)
    over = stopped.exclude(pk__in=argued).exclude(pk__in=proposed).exclude(pk__in=objected)
    old = list(over.values_list("pk", flat=True))
    for table in (Appeal, CaseDecision, Override, Objection, Task):
        table._default_manager.filter(case__in=old).delete()
    Case.objects.filter(pk__in=old).delete()
    return len(old)
