"""What the pages say: one table, each message in every language."""

from __future__ import annotations

from typing import NamedTuple


class Message(NamedTuple):
    """A message in each language; `{name}` stands for a value."""

    en: str
    ru: str
    ja: str


MESSAGES: dict[str, Message] = {
    # Every page
    "skip": Message("Skip to content", "Перейти к содержанию", "本文へ移動"),
    "home": Message("Questions", "Вопросы", "質問"),
    "nav": Message("Main", "Главное меню", "メインメニュー"),
    "nav.compare": Message("Compare", "Сравнение", "比較"),
    "nav.ontology": Message("Terms", "Термины", "用語"),
    "nav.articles": Message("Sources", "Источники", "出典"),
    "nav.sparql": Message("SPARQL", "SPARQL", "SPARQL"),
    "language": Message("Language", "Язык", "言語"),
    "search": Message("Search", "Поиск", "検索"),
    "search.label": Message(
        "Search questions, things and terms", "Искать среди вопросов, объектов и терминов", "質問・対象・用語を検索"
    ),
    "footer": Message(
        "{asserted} statements and {inferred} conclusions, each traceable to its source.",
        "Утверждений: {asserted}, выводов: {inferred}; источник каждого можно проследить.",
        "記述{asserted}件と推論{inferred}件。すべて出典までたどれます。",
    ),
    "footer.data": Message("Open data", "Открытые данные", "オープンデータ"),
    "copy": Message("Copy", "Копировать", "コピー"),
    "copied": Message("Copied", "Скопировано", "コピーしました"),
    "close": Message("Close", "Закрыть", "閉じる"),
    "yes": Message("yes", "да", "はい"),
    "no": Message("no", "нет", "いいえ"),
    "all": Message("all", "все", "すべて"),
    "colon": Message(": ", ": ", "："),
    "comma": Message(", ", ", ", "、"),
    "more": Message("{count} more", "ещё {count}", "ほか{count}件"),
    # Home
    "home.title": Message("Ask the source", "Спросите источник", "出典に聞く"),
    "home.what": Message(
        "What the source says, as a graph that answers.",
        "Сказанное в источнике — в виде графа, который отвечает на вопросы.",
        "出典の内容を、質問に答えるグラフに。",
    ),
    "home.trace": Message(
        "Every answer leads to the sentences that it rests on.",
        "Каждый ответ ведёт к предложениям, на которых он основан.",
        "どの答えからも、根拠となる文をたどれます。",
    ),
    "home.inferred": Message(
        "What was concluded is marked and proved.",
        "Выводы отмечены и доказаны.",
        "推論には印を付け、証明を示します。",
    ),
    "home.themes": Message("Questions by theme", "Вопросы по темам", "テーマ別の質問"),
    "home.first": Message("To begin with", "Для начала", "まずはこちらから"),
    "home.count": Message("{count} questions", "Вопросов: {count}", "質問{count}件"),
    "home.other": Message("Other questions", "Другие вопросы", "その他の質問"),
    # Search
    "search.title": Message("Search", "Поиск", "検索"),
    "search.found": Message("Found for “{text}”", "Найдено по запросу «{text}»", "「{text}」の検索結果"),
    "search.questions": Message("Questions", "Вопросы", "質問"),
    "search.things": Message("Things and terms", "Объекты и термины", "対象と用語"),
    "search.near": Message(
        "No exact match. Similar names:", "Точных совпадений нет. Похожее:", "完全に一致するものはありません。近い候補："
    ),
    "search.none": Message(
        "Nothing was found. Try a shorter word, or a name in another language.",
        "Ничего не найдено. Попробуйте слово короче или имя на другом языке.",
        "見つかりませんでした。短い語か、別の言語の名称でお試しください。",
    ),
    # Question
    "question.ask": Message("Ask", "Спросить", "質問する"),
    "question.any": Message("any", "любое значение", "指定なし"),
    "question.asserted": Message(
        "only what is stated, without conclusions", "только сказанное, без выводов", "記述のみ（推論を除く）"
    ),
    "question.answer": Message("Answer", "Ответ", "答え"),
    "question.rows": Message("{count} rows", "Строк: {count}", "{count}行"),
    "question.row": Message("1 row", "1 строка", "1行"),
    "question.part": Message(
        "rows {first} to {last} of {count}", "строки {first}–{last} из {count}", "{count}行中{first}～{last}行目"
    ),
    "question.key": Message(
        "§, or an underlined value, leads to what a cell or a row rests on; D with a number is a doubt of the editors.",
        "§ или подчёркнутое значение ведёт к тому, на чём основаны ячейка или строка; D с номером — сомнение редакторов.",
        "§または下線付きの値から、セルや行の根拠をたどれます。番号付きのDは編集者の疑義です。",
    ),
    "question.empty": Message("not stated", "не указано", "記載なし"),
    "question.closed": Message(
        "This answer also rests on what the source does not say.",
        "Ответ опирается и на то, чего в источнике нет.",
        "この答えは、出典に書かれていないことにも基づいています。",
    ),
    "question.reasoning": Message(
        "Some of this is concluded, not stated.",
        "Часть ответа выведена, а не сказана прямо.",
        "答えの一部は記述ではなく推論です。",
    ),
    "question.picture": Message("Picture of the answer", "Ответ в виде рисунка", "答えの図"),
    "question.see": Message("Related questions", "Связанные вопросы", "関連する質問"),
    "question.download": Message("Download", "Скачать", "ダウンロード"),
    "question.csv": Message("CSV with names and sources", "CSV с названиями и источниками", "CSV（名称と出典付き）"),
    "question.points": Message("Make it interactive", "Сделать интерактивным", "操作できる図にする"),
    "question.use": Message("Use it elsewhere", "Использовать в другом месте", "ほかで使う"),
    "question.api": Message("As API", "Через API", "API"),
    "question.command": Message("As command", "Командой", "コマンド"),
    "question.python": Message("In Python", "На Python", "Python"),
    "question.query": Message("Query text (SPARQL)", "Текст запроса (SPARQL)", "クエリ本文（SPARQL）"),
    "question.edit": Message("Edit as SPARQL", "Изменить запрос SPARQL", "SPARQLで編集"),
    "question.sources": Message("rests on", "основание", "根拠"),
    "question.prev": Message("Previous", "Назад", "前へ"),
    "question.next": Message("Next", "Дальше", "次へ"),
    "question.pages": Message("Pages", "Страницы", "ページ"),
    "question.choose": Message("choose", "выберите", "選択"),
    "question.needed": Message(
        "Choose a value to get the answer.", "Выберите значение, чтобы получить ответ.", "値を選ぶと答えが表示されます。"
    ),
    # Badges
    "graph.inferred": Message("Conclusions", "Выводы", "推論"),
    "badge.inferred": Message("concluded", "вывод", "推論"),
    "badge.implied": Message("implied", "подразумевается", "含意"),
    "badge.doubt": Message("doubtful", "сомнительно", "疑義あり"),
    # Evidence
    "evidence.title": Message("What this rests on", "На чём это основано", "この答えの根拠"),
    "evidence.of": Message("Evidence of row {row}", "Основания строки {row}", "{row}行目の根拠"),
    "evidence.cell": Message("Evidence of this cell", "Основания этой ячейки", "このセルの根拠"),
    "evidence.facts": Message("Facts", "Факты", "事実"),
    "evidence.about": Message("About this value", "Об этом значении", "この値について"),
    "evidence.rest": Message("Also needed for the row", "Нужно для строки", "行の成立に必要なその他の事実"),
    "evidence.sentences": Message("Sentences", "Предложения", "文"),
    "evidence.graphs": Message("Other sources", "Другие источники", "その他の出典"),
    "evidence.notes": Message("Remarks", "Примечания", "備考"),
    "evidence.back": Message("Back to the answer", "Назад к ответу", "答えに戻る"),
    "evidence.none": Message(
        "The row rests on no statement: it was computed, or rests on what is not said.",
        "Строка не опирается на утверждения: она вычислена или следует из того, чего в источнике нет.",
        "この行が基づく記述はありません。計算されたもの、または書かれていないことに基づくものです。",
    ),
    "evidence.stated": Message("stated in", "сказано в", "記述："),
    "evidence.by": Message("concluded by", "вывод по правилу", "推論規則："),
    "evidence.proof": Message("Proof", "Доказательство", "証明"),
    # Proof
    "why.title": Message("Why is this so?", "Почему это так?", "なぜそう言えるのか"),
    "why.holds": Message("Concluded from what is stated", "Следует из сказанного", "記述から導かれます"),
    "why.stated": Message("Stated in the source", "Сказано в источнике", "出典に記述されています"),
    "why.not": Message(
        "This does not hold: it is not stated and does not follow.",
        "Это не так: об этом не сказано, и это ниоткуда не следует.",
        "成り立ちません。記述がなく、推論もされません。",
    ),
    "why.far": Message(
        "No rule comes near it: it would have to be stated.",
        "Ни одно правило к этому не подводит: об этом должно быть сказано.",
        "近い規則はありません。記述されている必要があります。",
    ),
    "why.would": Message("It would hold by this rule:", "Следовало бы по правилу:", "次の規則なら成り立ちます："),
    "why.behind": Message(
        "What is missing would hold by this rule:", "Недостающее следовало бы по правилу:", "不足分は次の規則なら成り立ちます："
    ),
    "why.held": Message("holds", "выполнено", "成立"),
    "why.wanted": Message("missing", "не хватает", "不足"),
    "why.above": Message("shown above", "показано выше", "上に示したとおり"),
    "why.other": Message("Another proof", "Другое доказательство", "別の証明"),
    "why.all": Message("Show other proofs", "Показать другие доказательства", "ほかの証明を表示"),
    "why.title.not": Message("Why is this not so?", "Почему это не так?", "なぜ成り立たないのか"),
    "why.ask": Message("Why is something so, or not?", "Почему что-то так или не так?", "なぜそう言えるのか、言えないのか"),
    "why.s": Message("Who or what", "Кто или что", "主語"),
    "why.p": Message("Relation", "Отношение", "関係"),
    "why.o": Message("To whom or what", "К кому или к чему", "目的語"),
    "why.explain": Message("Explain", "Объяснить", "説明する"),
    # Things
    "thing.facts": Message("Facts", "Факты", "事実"),
    "thing.incoming": Message("What refers to it", "Что на это ссылается", "これを参照するもの"),
    "thing.formats": Message("As data", "В виде данных", "データ"),
    "thing.neighbours": Message("Neighbours", "Соседи", "関連する対象"),
    "thing.draw": Message("Draw the neighbourhood", "Показать окружение на схеме", "関連図を描く"),
    "thing.links": Message("Neighbours as a list", "Соседи списком", "関連する対象の一覧"),
    "thing.nothing": Message("Nothing else is said of it.", "Больше ничего об этом не сказано.", "ほかに記述はありません。"),
    "thing.iri": Message("Identifier", "Идентификатор", "識別子"),
    "thing.compare": Message("Compare with others", "Сравнить с другими", "ほかと比較する"),
    "thing.graph": Message("What this graph states", "Что утверждает этот граф", "このグラフの記述"),
    # Articles and sentences
    "article.sentences": Message("Sentence by sentence", "Предложение за предложением", "一文ずつ"),
    "article.paragraph": Message("Paragraph {number}", "Абзац {number}", "第{number}段落"),
    "article.facts": Message("{count} statements", "Утверждений: {count}", "記述{count}件"),
    "article.nothing": Message("states nothing here", "утверждений нет", "記述なし"),
    "article.list": Message("Sources", "Источники", "出典"),
    "article.none": Message(
        "This project has no text with sentences.", "В проекте нет текста с предложениями.", "文を持つ出典はありません。"
    ),
    "sentence.place": Message(
        "characters {start} to {end} of the text", "знаки {start}–{end} текста", "本文の{start}～{end}文字目"
    ),
    "sentence.absent": Message(
        "The text itself is not stored here; its place and fingerprint identify it.",
        "Сам текст здесь не хранится; его определяют место и хеш.",
        "本文はここに保存されていません。位置とハッシュ値で特定できます。",
    ),
    "sentence.hash": Message("SHA-256", "SHA-256", "SHA-256"),
    "sentence.states": Message("What it states", "Что в нём сказано", "この文の記述"),
    "sentence.impact": Message("What rests on it", "Что на нём основано", "この文に基づくもの"),
    "sentence.impact.link": Message(
        "What would fall if it were wrong?", "Что отпадёт, если оно неверно?", "この文が誤りなら何が失われるか"
    ),
    "sentence.prev": Message("Previous sentence", "Предыдущее предложение", "前の文"),
    "sentence.next": Message("Next sentence", "Следующее предложение", "次の文"),
    "impact.title": Message("If {name} were wrong", "Если {name} неверно", "{name}が誤りだとしたら"),
    "impact.graphs": Message("Falls with it", "Отпадёт вместе с ним", "ともに失われるもの"),
    "impact.stated": Message("Stated nowhere else", "Больше нигде не сказано", "ほかに記述がないもの"),
    "impact.inferred": Message("No longer following", "Больше не следует", "導けなくなるもの"),
    "impact.lost": Message("Rows that answers lose", "Строки, которых лишатся ответы", "答えから失われる行"),
    "impact.gained": Message("Rows that answers gain", "Строки, которые появятся в ответах", "答えに加わる行"),
    "impact.none": Message("nothing", "ничего", "なし"),
    "sentence.conclusions": Message("Conclusions drawn from it", "Выводы, сделанные из него", "この文から導かれた推論"),
    "sentence.falling": Message(
        "{falling} of {count} would no longer follow if the sentence were wrong; the others have other grounds.",
        "Без этого предложения не следовали бы {falling} из {count}; у остальных есть и другие основания.",
        "この文が誤りなら、{count}件のうち{falling}件は導けなくなります。残りには別の根拠があります。",
    ),
    "sentence.answer": Message("The whole answer", "Весь ответ", "答えの全体"),
    "badge.falls": Message("falls without it", "без него не следует", "この文なしでは導けない"),
    # Doubts
    "doubt.title": Message("Doubts of the editors", "Сомнения редакторов", "編集者の疑義"),
    # Terms
    "ontology.title": Message("Terms", "Термины", "用語"),
    "ontology.classes": Message("Classes", "Классы", "クラス"),
    "ontology.properties": Message("Properties", "Свойства", "プロパティ"),
    "ontology.used": Message("Used in", "Где используется", "使用箇所"),
    "ontology.uses": Message("{count} times in the data", "Встречается в данных: {count}", "データ中{count}回"),
    "ontology.queries": Message("Questions that use it", "Вопросы, где это используется", "これを使う質問"),
    "ontology.below": Message("Below it", "Нижестоящие", "下位"),
    "ontology.above": Message("Above it", "Вышестоящие", "上位"),
    # Comparison
    "compare.title": Message("Compare", "Сравнение", "比較"),
    "compare.what": Message("What to compare: up to {most}", "Что сравнить: до {most}", "比較する対象：{most}件まで"),
    "compare.button": Message("Compare", "Сравнить", "比較する"),
    "compare.empty": Message("not stated", "не указано", "記載なし"),
    "compare.as-stated": Message(
        "Everything stands side by side as stated; nothing is added up.",
        "Всё показано рядом и так, как указано; ничего не складывается.",
        "すべて記載どおりに並べています。合計はしていません。",
    ),
    "compare.sources": Message("answer and sources", "ответ и источники", "答えと出典"),
    "compare.rests": Message("Sources: {count}", "Источники: {count}", "出典{count}件"),
    # SPARQL
    "sparql.title": Message("Ask in SPARQL", "Запрос на SPARQL", "SPARQLで質問する"),
    "sparql.query": Message("Query", "Запрос", "クエリ"),
    "sparql.format": Message("Answer as", "Формат ответа", "回答の形式"),
    "sparql.page": Message("page", "страница", "ページ"),
    "sparql.run": Message("Run", "Выполнить", "実行"),
    "sparql.examples": Message("Saved questions to start from", "Готовые вопросы для начала", "保存済みの質問から始める"),
    "sparql.prefixes": Message(
        "The prefixes of this project need no declaration.",
        "Префиксы этого проекта объявлять не нужно.",
        "このプロジェクトの接頭辞は宣言不要です。",
    ),
    "sparql.answer": Message("Answer", "Ответ", "答え"),
    "sparql.empty": Message("Nothing fits this query.", "Этому запросу ничего не соответствует.", "該当するものはありません。"),
    "sparql.draw": Message("Draw it as a network", "Показать в виде сети", "ネットワーク図を描く"),
    "sparql.sources": Message("JSON with sources", "JSON с источниками", "JSON（出典付き）"),
    "sparql.heavy": Message(
        "To find what all these rows rest on takes more than a request may. The sign § finds it for one row.",
        "Найти основания сразу всех строк не позволяют ограничения. Знак § показывает основания одной строки.",
        "全行の根拠を一度に求めると制限を超えます。§を押すと1行分の根拠が表示されます。",
    ),
    "sparql.example": Message("Begin with a saved question", "Начать с готового вопроса", "保存済みの質問を使う"),
    "sparql.question": Message("Page of this question", "Страница этого вопроса", "この質問のページ"),
    "sparql.keys": Message(
        "Ctrl+Enter runs the query, Ctrl+Space completes a word; Escape, then Tab, leaves the editor.",
        "Ctrl+Enter — выполнить запрос, Ctrl+пробел — дополнить слово; Escape, затем Tab — выйти из редактора.",
        "Ctrl+Enterで実行、Ctrl+Spaceで補完。Escapeの後にTabを押すとエディターから出ます。",
    ),
    "sparql.cancel": Message("Cancel", "Отменить", "中止"),
    "sparql.running": Message("Running…", "Выполняется…", "実行中…"),
    "sparql.cancelled": Message("The query was cancelled.", "Запрос отменён.", "クエリを中止しました。"),
    "sparql.lost": Message(
        "The server gave no answer. Check the connection, or try again in a moment.",
        "Сервер не дал ответа. Проверьте соединение или повторите попытку чуть позже.",
        "サーバーから答えが得られませんでした。接続を確認するか、しばらくしてからもう一度お試しください。",
    ),
    "sparql.long": Message(
        "This query is too long for an address: a link to its answer cannot be kept or passed on.",
        "Запрос слишком длинный для адреса: ссылку на ответ нельзя сохранить или передать.",
        "クエリが長すぎてURLに収まりません。答えへのリンクは保存・共有できません。",
    ),
    "sparql.fault": Message("Fault at this place", "Ошибка в этом месте", "この箇所に誤りがあります"),
    "sparql.words": Message("Words that fit", "Подходящие слова", "入力候補"),
    "sparql.prefix": Message("prefix", "префикс", "接頭辞"),
    "sparql.variable": Message("variable", "переменная", "変数"),
    "sparql.class": Message("class", "класс", "クラス"),
    "sparql.property": Message("property", "свойство", "プロパティ"),
    "sparql.thing": Message("thing", "объект", "対象"),
    # The columns of triples
    "column.subject": Message("subject", "субъект", "主語"),
    "column.predicate": Message("property", "свойство", "プロパティ"),
    "column.object": Message("value", "значение", "値"),
    # Errors
    "error.400": Message("This cannot be asked so", "Так задать вопрос нельзя", "この形では質問できません"),
    "error.404": Message("Nothing is found here", "Здесь ничего нет", "見つかりません"),
    "error.405": Message("This is not possible here", "Здесь это невозможно", "この操作はできません"),
    "error.406": Message("Not to be had in this format", "В этом формате недоступно", "この形式では提供していません"),
    "error.413": Message("Too large", "Слишком большой объём", "大きすぎます"),
    "error.429": Message("Too many at once", "Слишком много запросов", "要求が多すぎます"),
    "error.500": Message("The server has a fault", "Ошибка сервера", "サーバーのエラー"),
    "error.503": Message("Stopped by a limit", "Остановлено ограничением", "制限により中止しました"),
    "error.504": Message("Took too long", "Заняло слишком много времени", "時間がかかりすぎました"),
    "error.what": Message("What happened", "Что произошло", "何が起きたか"),
    "error.do": Message("What to do", "Что делать", "対処方法"),
    "error.place": Message(
        "Line {line}, column {column} of the query:",
        "Строка {line}, столбец {column} запроса:",
        "クエリの{line}行目、{column}列目：",
    ),
    "error.value": Message(
        "{label}: “{value}” is none of the choices.",
        "{label}: «{value}» — нет такого варианта.",
        "{label}：「{value}」は選択肢にありません。",
    ),
    "error.choose": Message("Choose another one:", "Выберите другое:", "ほかのものをお選びください："),
    "error.or": Message("or", "или", "または"),
    "error.untold": Message("The details are in English:", "Подробности — на английском языке:", "詳細（英語）："),
    "error.narrow": Message(
        "Narrow it: say more of what you look for, take fewer variables, add LIMIT 100, avoid sorting large results.",
        "Сузьте запрос: уточните, что ищете, уберите лишние переменные, добавьте LIMIT 100, не сортируйте большие результаты.",
        "対象を絞ってください。条件を加え、変数を減らし、LIMIT 100 を付け、大きな中間結果の並べ替えを避けます。",
    ),
    "error.near": Message("Did you mean", "Возможно, вы искали", "もしかして"),
    "error.search": Message("Search for it", "Поищите", "検索する"),
    "error.start": Message("See all questions", "Все вопросы", "すべての質問を見る"),
    "error.again": Message("Ask this question anew", "Задать этот вопрос заново", "この質問をやり直す"),
}


def said(key: str, lang: str, **values: object) -> str:
    """A message in a language.

    >>> said("question.rows", "en", count=3)
    '3 rows'
    """
    found: str = getattr(MESSAGES[key], lang)
    return found.format(**values) if values else found
