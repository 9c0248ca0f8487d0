"""What each rule that concludes something says, in plain words."""

from __future__ import annotations

IN_WORDS = {
    "cax-eqc1": "the classes are equivalent, so a member of the one is a member of the other",
    "cax-eqc2": "the classes are equivalent, so a member of the one is a member of the other",
    "cls-int2": "a member of an intersection is a member of each of its classes",
    "cls-uni": "a member of one of the classes is a member of their union",
    "cax-sco": "a member of a class is a member of the class above it",
    "prp-eqp1": "the properties are equivalent, so where the one holds, so does the other",
    "prp-eqp2": "the properties are equivalent, so where the one holds, so does the other",
    "prp-spo1": "where a property holds, so does the property above it",
    "prp-inv1": "one property is the other read backwards",
    "prp-inv2": "one property is the other read backwards",
    "prp-symp": "the property holds both ways",
    "prp-trp": "the property leads on, from one step to the next",
    "prp-spo2": "a chain of properties leads from the one to the other",
    "prp-dom": "whatever has the property belongs to the class",
    "prp-rng": "every value of the property belongs to the class",
    "prp-fp": "the property has one value at the most, so its values are the same",
    "prp-ifp": "no two things share a value of the property, so they are the same",
    "prp-key": "members of the class with the same key are the same",
    "prp-ap": "an annotation property that OWL knows",
    "cls-int1": "a member of all the classes is a member of their intersection",
    "cls-svf1": "whatever has such a value belongs to the class",
    "cls-svf2": "whatever has some value belongs to the class",
    "cls-avf": "all values that members of the class have are of that kind",
    "cls-hv1": "every member of the class has that value",
    "cls-hv2": "whatever has that value belongs to the class",
    "cls-oo": "the class lists its members",
    "cls-maxc2": "members of the class have one value at the most, so the values are the same",
    "cls-maxqc3": "members of the class have one such value at the most, so the values are the same",
    "cls-maxqc4": "members of the class have one value at the most, so the values are the same",
    "cls-thing": "a class that OWL knows",
    "cls-nothing1": "a class that OWL knows",
    "eq-ref": "everything is the same as itself",
    "eq-sym": "sameness holds both ways",
    "eq-trans": "sameness leads on, from one step to the next",
    "eq-rep-s": "what is said of a thing holds of whatever is the same",
    "eq-rep-p": "what a property says, whatever is the same says too",
    "eq-rep-o": "what is said to a thing holds to whatever is the same",
    "scm-sco": "a class above a class above is above",
    "scm-eqc1": "of equivalent classes, each is above the other",
    "scm-eqc2": "classes of which each is above the other are equivalent",
    "scm-int": "each class of an intersection is above it",
    "scm-uni": "a union is above each of its classes",
    "scm-spo": "a property above a property above is above",
    "scm-eqp1": "of equivalent properties, each is above the other",
    "scm-eqp2": "properties of which each is above the other are equivalent",
    "scm-dom1": "what belongs to a class belongs to the class above it",
    "scm-dom2": "what the property above asks of subjects, the one below asks too",
    "scm-rng1": "what belongs to a class belongs to the class above it",
    "scm-rng2": "what the property above asks of values, the one below asks too",
    "scm-hv": "the same value, of a property above",
    "scm-svf1": "values of a class, of which another is above",
    "scm-svf2": "such values, of a property above",
    "scm-avf1": "values of a class, of which another is above",
    "scm-avf2": "such values, of a property below",
    "scm-cls": "every class is above itself, below everything and above nothing",
    "scm-op": "every property is above itself",
    "scm-dp": "every property is above itself",
    "dt-type1": "a datatype that OWL knows",
    "dt-type2": "the value belongs to the datatype",
    "dt-eq": "the two are written differently and have the same value",
    "dt-diff": "the two have different values",
}


def in_words(name: str) -> str:
    """What a rule says; of a project's own rule, its name.

    >>> in_words("prp-symp")
    'the property holds both ways'
    """
    return IN_WORDS.get(name, name.replace("-", " "))
