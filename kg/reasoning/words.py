"""What each rule that concludes something says, in plain words."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """What a rule says, in each language."""

    en: str
    ru: str
    ja: str


IN_WORDS: dict[str, Words] = {
    "cax-eqc1": Words(
        "the classes are equivalent, so a member of the one is a member of the other",
        "классы равносильны: член одного — член другого",
        "同値のクラスでは、一方の要素は他方の要素でもある",
    ),
    "cax-eqc2": Words(
        "the classes are equivalent, so a member of the one is a member of the other",
        "классы равносильны: член одного — член другого",
        "同値のクラスでは、一方の要素は他方の要素でもある",
    ),
    "cls-int2": Words(
        "a member of an intersection is a member of each of its classes",
        "член пересечения — член каждого из его классов",
        "共通部分の要素は、それをなす各クラスの要素である",
    ),
    "cls-uni": Words(
        "a member of one of the classes is a member of their union",
        "член одного из классов — член их объединения",
        "いずれかのクラスの要素は、和集合の要素である",
    ),
    "cax-sco": Words(
        "a member of a class is a member of the class above it",
        "член класса — член и вышестоящего класса",
        "クラスの要素は、上位クラスの要素でもある",
    ),
    "prp-eqp1": Words(
        "the properties are equivalent, so where the one holds, so does the other",
        "свойства равносильны: где верно одно, верно и другое",
        "同値のプロパティでは、一方が成り立てば他方も成り立つ",
    ),
    "prp-eqp2": Words(
        "the properties are equivalent, so where the one holds, so does the other",
        "свойства равносильны: где верно одно, верно и другое",
        "同値のプロパティでは、一方が成り立てば他方も成り立つ",
    ),
    "prp-spo1": Words(
        "where a property holds, so does the property above it",
        "где верно свойство, верно и вышестоящее свойство",
        "プロパティが成り立てば、上位プロパティも成り立つ",
    ),
    "prp-inv1": Words(
        "one property is the other read backwards",
        "одно свойство — это другое, прочитанное наоборот",
        "一方のプロパティは他方を逆向きに読んだものである",
    ),
    "prp-inv2": Words(
        "one property is the other read backwards",
        "одно свойство — это другое, прочитанное наоборот",
        "一方のプロパティは他方を逆向きに読んだものである",
    ),
    "prp-symp": Words("the property holds both ways", "свойство действует в обе стороны", "このプロパティは双方向に成り立つ"),
    "prp-trp": Words(
        "the property leads on, from one step to the next",
        "свойство передаётся по цепочке, от шага к шагу",
        "このプロパティは段階をたどって伝わる",
    ),
    "prp-spo2": Words(
        "a chain of properties leads from the one to the other",
        "цепочка свойств ведёт от одного к другому",
        "プロパティの連鎖が一方から他方へ導く",
    ),
    "prp-dom": Words(
        "whatever has the property belongs to the class",
        "всё, у чего есть это свойство, относится к классу",
        "このプロパティをもつものは、このクラスに属する",
    ),
    "prp-rng": Words(
        "every value of the property belongs to the class",
        "каждое значение свойства относится к классу",
        "このプロパティの値は、このクラスに属する",
    ),
    "prp-fp": Words(
        "the property has one value at the most, so its values are the same",
        "у свойства не больше одного значения, поэтому значения совпадают",
        "値は多くとも一つなので、それらの値は同じものである",
    ),
    "prp-ifp": Words(
        "no two things share a value of the property, so they are the same",
        "никакие два объекта не делят значение свойства, поэтому это один объект",
        "同じ値を共有するものは二つとないので、それらは同じものである",
    ),
    "prp-key": Words(
        "members of the class with the same key are the same",
        "члены класса с одинаковым ключом — одно и то же",
        "キーが同じクラスの要素は、同じものである",
    ),
    "prp-ap": Words(
        "an annotation property that OWL knows", "аннотационное свойство, известное OWL", "OWLが定める注釈プロパティである"
    ),
    "cls-int1": Words(
        "a member of all the classes is a member of their intersection",
        "член всех классов — член их пересечения",
        "すべてのクラスの要素は、その共通部分の要素である",
    ),
    "cls-svf1": Words(
        "whatever has such a value belongs to the class",
        "всё, у чего есть такое значение, относится к классу",
        "このような値をもつものは、このクラスに属する",
    ),
    "cls-svf2": Words(
        "whatever has some value belongs to the class",
        "всё, у чего есть какое-либо значение, относится к классу",
        "何らかの値をもつものは、このクラスに属する",
    ),
    "cls-avf": Words(
        "all values that members of the class have are of that kind",
        "все значения у членов класса — этого вида",
        "クラスの要素がもつ値は、すべてこの種類である",
    ),
    "cls-hv1": Words(
        "every member of the class has that value",
        "у каждого члена класса есть это значение",
        "クラスの要素は、すべてこの値をもつ",
    ),
    "cls-hv2": Words(
        "whatever has that value belongs to the class",
        "всё, у чего есть это значение, относится к классу",
        "この値をもつものは、このクラスに属する",
    ),
    "cls-oo": Words("the class lists its members", "класс перечисляет своих членов", "クラスが要素を列挙している"),
    "cls-maxc2": Words(
        "members of the class have one value at the most, so the values are the same",
        "у членов класса не больше одного значения, поэтому значения совпадают",
        "クラスの要素がもつ値は多くとも一つなので、それらの値は同じものである",
    ),
    "cls-maxqc3": Words(
        "members of the class have one such value at the most, so the values are the same",
        "у членов класса не больше одного такого значения, поэтому значения совпадают",
        "クラスの要素がもつこの種の値は多くとも一つなので、それらの値は同じものである",
    ),
    "cls-maxqc4": Words(
        "members of the class have one value at the most, so the values are the same",
        "у членов класса не больше одного значения, поэтому значения совпадают",
        "クラスの要素がもつ値は多くとも一つなので、それらの値は同じものである",
    ),
    "cls-thing": Words("a class that OWL knows", "класс, известный OWL", "OWLが定めるクラスである"),
    "cls-nothing1": Words("a class that OWL knows", "класс, известный OWL", "OWLが定めるクラスである"),
    "eq-ref": Words("everything is the same as itself", "всё тождественно самому себе", "すべてのものは自分自身と同じである"),
    "eq-sym": Words("sameness holds both ways", "тождество действует в обе стороны", "同一性は双方向に成り立つ"),
    "eq-trans": Words(
        "sameness leads on, from one step to the next",
        "тождество передаётся по цепочке, от шага к шагу",
        "同一性は段階をたどって伝わる",
    ),
    "eq-rep-s": Words(
        "what is said of a thing holds of whatever is the same",
        "сказанное об объекте верно и для тождественного ему",
        "あるものについて言えることは、同一のものについても言える",
    ),
    "eq-rep-p": Words(
        "what a property says, whatever is the same says too",
        "что говорит свойство, то говорит и тождественное ему",
        "あるプロパティで言えることは、同一のプロパティでも言える",
    ),
    "eq-rep-o": Words(
        "what is said to a thing holds to whatever is the same",
        "отношение к объекту верно и для тождественного ему",
        "あるものとの関係は、同一のものとの間でも成り立つ",
    ),
    "scm-sco": Words(
        "a class above a class above is above",
        "класс выше вышестоящего класса — тоже вышестоящий",
        "上位クラスの上位クラスも、上位クラスである",
    ),
    "scm-eqc1": Words(
        "of equivalent classes, each is above the other",
        "из равносильных классов каждый стоит выше другого",
        "同値のクラスは、互いに上位クラスである",
    ),
    "scm-eqc2": Words(
        "classes of which each is above the other are equivalent",
        "классы, каждый из которых выше другого, равносильны",
        "互いに上位であるクラスは、同値である",
    ),
    "scm-int": Words(
        "each class of an intersection is above it",
        "каждый класс пересечения стоит выше него",
        "共通部分をなす各クラスは、その上位クラスである",
    ),
    "scm-uni": Words(
        "a union is above each of its classes",
        "объединение стоит выше каждого из своих классов",
        "和集合は、それをなす各クラスの上位クラスである",
    ),
    "scm-spo": Words(
        "a property above a property above is above",
        "свойство выше вышестоящего свойства — тоже вышестоящее",
        "上位プロパティの上位プロパティも、上位プロパティである",
    ),
    "scm-eqp1": Words(
        "of equivalent properties, each is above the other",
        "из равносильных свойств каждое стоит выше другого",
        "同値のプロパティは、互いに上位プロパティである",
    ),
    "scm-eqp2": Words(
        "properties of which each is above the other are equivalent",
        "свойства, каждое из которых выше другого, равносильны",
        "互いに上位であるプロパティは、同値である",
    ),
    "scm-dom1": Words(
        "what belongs to a class belongs to the class above it",
        "что относится к классу, относится и к вышестоящему",
        "クラスに属するものは、上位クラスにも属する",
    ),
    "scm-dom2": Words(
        "what the property above asks of subjects, the one below asks too",
        "чего требует от субъектов вышестоящее свойство, того требует и нижестоящее",
        "上位プロパティが主語に求めることは、下位プロパティも求める",
    ),
    "scm-rng1": Words(
        "what belongs to a class belongs to the class above it",
        "что относится к классу, относится и к вышестоящему",
        "クラスに属するものは、上位クラスにも属する",
    ),
    "scm-rng2": Words(
        "what the property above asks of values, the one below asks too",
        "чего требует от значений вышестоящее свойство, того требует и нижестоящее",
        "上位プロパティが値に求めることは、下位プロパティも求める",
    ),
    "scm-hv": Words(
        "the same value, of a property above", "то же значение вышестоящего свойства", "上位プロパティでの同じ値である"
    ),
    "scm-svf1": Words(
        "values of a class, of which another is above",
        "значения из класса, над которым стоит другой",
        "値のクラスの上位に、別のクラスがある",
    ),
    "scm-svf2": Words(
        "such values, of a property above", "такие же значения вышестоящего свойства", "上位プロパティでの同様の値である"
    ),
    "scm-avf1": Words(
        "values of a class, of which another is above",
        "значения из класса, над которым стоит другой",
        "値のクラスの上位に、別のクラスがある",
    ),
    "scm-avf2": Words(
        "such values, of a property below", "такие же значения нижестоящего свойства", "下位プロパティでの同様の値である"
    ),
    "scm-cls": Words(
        "every class is above itself, below everything and above nothing",
        "каждый класс выше самого себя, ниже всего и выше пустого",
        "どのクラスも自分自身の上位にあり、全体の下位、空の上位にある",
    ),
    "scm-op": Words("every property is above itself", "каждое свойство выше самого себя", "どのプロパティも自分自身の上位にある"),
    "scm-dp": Words("every property is above itself", "каждое свойство выше самого себя", "どのプロパティも自分自身の上位にある"),
    "dt-type1": Words("a datatype that OWL knows", "тип данных, известный OWL", "OWLが定めるデータ型である"),
    "dt-type2": Words("the value belongs to the datatype", "значение принадлежит типу данных", "値がこのデータ型に属する"),
    "dt-eq": Words(
        "the two are written differently and have the same value",
        "записаны по-разному, но значение одно",
        "書き方は異なるが、値は同じである",
    ),
    "dt-diff": Words("the two have different values", "значения различны", "値が異なる"),
    "dt-sub": Words(
        "the one datatype is derived from the other",
        "один тип данных произведён от другого",
        "一方のデータ型は他方から派生している",
    ),
    "diff-sym": Words("difference holds both ways", "различие действует в обе стороны", "相違は双方向に成り立つ"),
    "diff-fp": Words(
        "the property has one value at the most, so what has different values differs",
        "у свойства не больше одного значения: у чего значения разные, то различно",
        "値は多くとも一つなので、値の異なるものは互いに異なる",
    ),
    "diff-ifp": Words(
        "no two things share a value of the property, so different things have different values",
        "никакие два объекта не делят значение свойства: у разных объектов значения разные",
        "同じ値を共有するものは二つとないので、異なるものの値は異なる",
    ),
    "diff-pdw": Words(
        "the properties share no pair, so what the one leads to differs from what the other leads to",
        "у свойств нет общих пар: то, к чему ведёт одно, отлично от того, к чему ведёт другое",
        "二つのプロパティは組を共有しないので、それぞれの先にあるものは互いに異なる",
    ),
    "rng-meet": Words(
        "values are in both datatypes, and whatever is in both is in the third",
        "значения входят в оба типа данных, а всё, что входит в оба, входит и в третий",
        "値は両方のデータ型に属し、両方に属するものは第三のデータ型にも属する",
    ),
    "pdw-dom": Words(
        "the properties are of subjects of disjoint classes, so they share no pair",
        "субъекты этих свойств — из непересекающихся классов, поэтому общих пар у них нет",
        "主語のクラスが互いに素なので、二つのプロパティは組を共有しない",
    ),
    "pdw-rng": Words(
        "the properties have values of disjoint classes, so they share no pair",
        "значения этих свойств — из непересекающихся классов, поэтому общих пар у них нет",
        "値のクラスが互いに素なので、二つのプロパティは組を共有しない",
    ),
    "trp-spo2": Words(
        "two steps of the property make one, so it leads on",
        "два шага свойства дают один, поэтому оно передаётся по цепочке",
        "二段階たどると同じプロパティになるので、推移的である",
    ),
    "prp-rfx": Words(
        "everything has the property to itself",
        "всё связано этим свойством с самим собой",
        "すべてのものが、自分自身に対してこのプロパティをもつ",
    ),
}


def in_words(name: str, lang: str = "en") -> str:
    """What a rule says in a language; of a project's own rule, its name.

    >>> in_words("prp-symp")
    'the property holds both ways'
    """
    return getattr(IN_WORDS[name], lang) if name in IN_WORDS else name.replace("-", " ")
