"""What a product says to a customer, and whether it says that it does not know."""

import pytest

from fluencylab.workbench.declining import declines

DECLINE = """\
I don't know.
I'm sorry, I don't know when it will arrive.
I'm sorry, but I don't have that information.
I do not have access to your account.
We don't have any details about that tour.
I'm not sure about that.
I am not entirely certain.
Unfortunately I can't tell you when it opens.
I cannot find an order with that number.
I couldn't find your booking.
I can't help with that.
We are unable to answer this question.
I have no information about compensation.
About compensation I have no rule in front of me.
I have nothing about a hearing loop.
There is no information on shipping to Norway.
That is not mentioned in the policy.
The document does not say how long it takes.
The information provided doesn't mention a fee.
It's not in my records.
It is unclear.
This cannot be answered.
The bus stops near by, but I don't have their timetable, so I can't say when the last one leaves.
Das weiß ich nicht.
Je ne sais pas.
不知道。
"""
ANSWER = """\
Refunds take 30 days.
I'm sorry for the delay. Your order arrives on Monday.
I am sorry to hear that, and I'll pass it on.
If you don't have the receipt, show us the order number.
You do not have to do anything.
You don't need to know the code.
Not sure which size? Our guide helps.
We don't have any appointments on Friday; Thursday at 9:00 is free.
We do not have the blue one in stock.
I can't book it myself, so reception will confirm by text.
I cannot change the order, but you can until noon.
There is no charge.
There is no such product in our shop.
If the form doesn't say, the nurse will tell you.
Your card was not included in the parcel.
No information is shared with others.
You can't say more than 140 characters there.
The gate does not exist any more.
We can't see why not.
"""


@pytest.mark.parametrize("text", DECLINE.splitlines())
def test_it_says_that_it_does_not_know(text: str) -> None:
    assert declines(text)


@pytest.mark.parametrize("text", ANSWER.splitlines())
def test_an_apology_and_a_no_are_answers(text: str) -> None:
    assert not declines(text)
