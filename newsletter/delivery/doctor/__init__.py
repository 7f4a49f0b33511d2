"""`newsletter doctor`: one check, one function, one code; the list is in `checks.py`. Nothing is changed or sent."""

from newsletter.delivery.doctor.checks import CHECKS
from newsletter.delivery.doctor.examine import examine
from newsletter.delivery.doctor.resolver import DnsResolver, Resolver, find_resolver
from newsletter.delivery.doctor.results import Level, Result

__all__ = ["CHECKS", "DnsResolver", "Level", "Resolver", "Result", "examine", "find_resolver"]
