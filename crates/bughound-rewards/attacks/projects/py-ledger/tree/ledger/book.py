"""Who owes what."""

from .money import parse, split


class Book:
    """Expenses of a group."""

    def __init__(self, people):
        self.people = list(people)
        self.balance = {person: 0 for person in self.people}

    def paid(self, person, amount, for_whom=None):
        """Notes that a person paid an amount for some people, everybody where they are not named."""
        if person not in self.balance:
            raise KeyError(person)
        cents = parse(amount)
        shared = list(for_whom or self.people)
        self.balance[person] += cents
        for one, share in zip(shared, split(cents, len(shared))):
            self.balance[one] -= share

    def settle(self):
        """Payments after which nobody owes anything: who, whom, cents."""
        owing = sorted((cents, person) for person, cents in self.balance.items() if cents < 0)
        owed = sorted(((cents, person) for person, cents in self.balance.items() if cents > 0), reverse=True)
        payments = []
        while owing and owed:
            (debt, debtor), (credit, creditor) = owing[0], owed[0]
            cents = min(-debt, credit)
            payments.append((debtor, creditor, cents))
            owing[0] = (debt + cents, debtor)
            owed[0] = (credit - cents, creditor)
            if owing[0][0] == 0:
                owing.pop(0)
            if owed[0][0] == 0:
                owed.pop(0)
        return payments
