"""What is wrong and what to do next, as the program says it in English, and how pages say it in other languages: one table.

A template has holes: `{name}` is a value, which is kept as it is; what stands in `{any}` is a list with "or", and in `{expected}`
another text of this table. `kg.web.pages.telling` reads it.
"""

from __future__ import annotations

from typing import NamedTuple


class Told(NamedTuple):
    """A template in the other languages."""

    ru: str
    ja: str


FAULTS: dict[str, Told] = {
    # Parameters of an address
    "there are no labels in {lang}": Told("Подписей на языке {lang} нет.", "{lang}という言語の表示はありません。"),
    "the languages are {names}": Told("Доступные языки: {names}.", "使える言語：{names}。"),
    "{name}={text} is no whole number from {least} to {most}": Told(
        "{name}={text}: нужно целое число от {least} до {most}.", "{name}={text}：{least}から{most}までの整数が必要です。"
    ),
    "{name}=10": Told("Например, {name}=10.", "例：{name}=10"),
    "{name}=1": Told("Например, {name}=1.", "例：{name}=1"),
    "there is no {name}": Told("Не указано: {name}.", "{name}が指定されていません。"),
    "say {name}=…: an IRI, a short name, or a label in any language": Told(
        "Укажите {name}=…: IRI, короткое имя или название на любом языке.",
        "{name}=… にIRI、短縮名、またはいずれかの言語での名称を指定してください。",
    ),
    "say query=…, and which row: evidence-row=1": Told(
        "Укажите query=… и номер строки: evidence-row=1.", "query=… と行番号（evidence-row=1）を指定してください。"
    ),
    "the parameters cannot be read": Told("Параметры прочитать не удалось.", "パラメーターを読み取れません。"),
    "percent-encode them as UTF-8": Told(
        "Закодируйте их в UTF-8 со знаками процента.", "UTF-8でパーセントエンコードしてください。"
    ),
    "{name} is given {count} times": Told(
        "Параметр {name} указан несколько раз ({count}).", "{name}が{count}回指定されています。"
    ),
    "give it once": Told("Укажите один раз.", "1回だけ指定してください。"),
    "{name} is either 1 or 0, not {value}": Told(
        "Параметр {name} может быть равен 1 или 0, но не {value}.", "{name}は1か0です。{value}は指定できません。"
    ),
    "evidence is found in the whole data set": Told(
        "Основания ищутся только во всём наборе данных.", "根拠はデータセット全体からのみ検索できます。"
    ),
    "leave out default-graph-uri and named-graph-uri": Told(
        "Уберите default-graph-uri и named-graph-uri.", "default-graph-uri と named-graph-uri を外してください。"
    ),
    "using-graph-uri is for updates": Told("using-graph-uri служит для изменений.", "using-graph-uri は更新用です。"),
    "use default-graph-uri and named-graph-uri": Told(
        "Используйте default-graph-uri и named-graph-uri.", "default-graph-uri と named-graph-uri を使ってください。"
    ),
    # Saved queries and their values
    "no query is called {name}": Told("Вопроса с именем {name} нет.", "{name}という名前の質問はありません。"),
    "the queries are {names}": Told("Есть вопросы: {names}.", "質問の一覧：{names}。"),
    "the folder queries/ holds none": Told("В папке queries/ вопросов нет.", "フォルダー queries/ に質問がありません。"),
    "the query {name} is broken": Told("Вопрос {name} составлен с ошибкой.", "質問{name}に誤りがあります。"),
    "`kg check` says where": Told("Где именно, покажет команда `kg check`.", "場所は `kg check` で確認できます。"),
    "{query} has no parameter {name}": Told(
        "У вопроса {query} нет параметра {name}.", "{query}に{name}というパラメーターはありません。"
    ),
    "its parameters are {names}": Told("Его параметры: {names}.", "パラメーターの一覧：{names}。"),
    "it has none": Told("Параметров у него нет.", "パラメーターはありません。"),
    "{query} needs a value for {name}": Told("Для {query} нужно значение параметра {name}.", "{query}には{name}の値が必要です。"),
    "{value} is no string for {name}": Told(
        "Значение {value} параметра {name} — не текст.", "{name}の値{value}は文字列ではありません。"
    ),
    "{value} is no integer for {name}": Told(
        "Значение {value} параметра {name} — не целое число.", "{name}の値{value}は整数ではありません。"
    ),
    "{value} is no decimal for {name}": Told(
        "Значение {value} параметра {name} — не число.", "{name}の値{value}は数値ではありません。"
    ),
    "{value} is no boolean for {name}": Told(
        "Значение {value} параметра {name} — не true и не false.",
        "{name}の値{value}は真偽値（true または false）ではありません。",
    ),
    "{value} is no date for {name}": Told(
        "Значение {value} параметра {name} — не дата.", "{name}の値{value}は日付ではありません。"
    ),
    "{value} is no gYear for {name}": Told(
        "Значение {value} параметра {name} — не год.", "{name}の値{value}は年ではありません。"
    ),
    "{value} is no choice for {name}": Told(
        "Значения {value} нет среди вариантов параметра {name}.", "{value}は{name}の選択肢にありません。"
    ),
    "give {expected}": Told("Что нужно указать: {expected}", "指定するもの：{expected}"),
    "one of {choices}": Told("одно из следующего: {choices}.", "次のいずれか：{choices}。"),
    "a thing: its label, short name or IRI": Told("объект: название, короткое имя или IRI.", "対象の名称、短縮名、またはIRI。"),
    "a thing: its label, short name or IRI that is a {kind}": Told(
        "объект класса {kind}: название, короткое имя или IRI.", "クラス{kind}の対象の名称、短縮名、またはIRI。"
    ),
    "any text": Told("любой текст.", "任意の文字列。"),
    "a whole number, such as 5": Told("целое число, например 5.", "整数（例：5）。"),
    "a number, such as 2.5": Told("число, например 2.5.", "数値（例：2.5）。"),
    "true or false": Told("true или false.", "true または false。"),
    "a date, such as 2025-12-20": Told("дата, например 2025-12-20.", "日付（例：2025-12-20）。"),
    "a year, such as 2025": Told("год, например 2025.", "年（例：2025）。"),
    "did you mean {any}?": Told("Возможно, вы имели в виду {any}?", "もしかして：{any}"),
    # Things, graphs, sentences, addresses
    "nothing is called {name}": Told("Ничего с именем {name} нет.", "{name}という名前のものはありません。"),
    "nothing that is a {kind} is called {name}": Told(
        "Среди объектов класса {kind} нет ничего с именем {name}.", "クラス{kind}に{name}という名前のものはありません。"
    ),
    "{name} can be any of {names}": Told(
        "Имя {name} может означать разное: {names}.", "{name}に当てはまるものが複数あります：{names}。"
    ),
    "give the short name": Told("Укажите короткое имя.", "短縮名を指定してください。"),
    "there are {names}": Told("Есть, например: {names}.", "あるもの：{names}。"),
    "try a label, an IRI or a short name such as rdfs:label": Told(
        "Попробуйте название, IRI или короткое имя вида rdfs:label.",
        "名称、IRI、または rdfs:label のような短縮名を試してください。",
    ),
    "{sentence} is no sentence, and no other named graph": Told(
        "{sentence} — не предложение и не другой именованный граф.", "{sentence}は文でも、ほかの名前付きグラフでもありません。"
    ),
    "name one as in {example}": Told("Назовите его так: {example}.", "{example} のように指定してください。"),
    "{text} is no literal": Told("{text} — не литерал.", "{text}はリテラルではありません。"),
    'write it as in Turtle: "text"@en, 5, 2.5, "2025-12"^^xsd:gYearMonth': Told(
        'Запишите его как в Turtle: "text"@en, 5, 2.5, "2025-12"^^xsd:gYearMonth.',
        'Turtleの形式で書いてください："text"@en、5、2.5、"2025-12"^^xsd:gYearMonth。',
    ),
    "the proof is deeper than can be followed": Told(
        "Доказательство слишком глубокое, проследить его нельзя.", "証明が深すぎてたどれません。"
    ),
    "ask why one of its premises holds": Told(
        "Спросите, почему верна одна из посылок.", "前提の一つについて理由を尋ねてください。"
    ),
    "there is no graph <{iri}>": Told("Графа <{iri}> нет.", "グラフ <{iri}> はありません。"),
    "SELECT DISTINCT ?g { GRAPH ?g {} } lists the graphs": Told(
        "Список графов даёт SELECT DISTINCT ?g { GRAPH ?g {} }.",
        "グラフの一覧は SELECT DISTINCT ?g { GRAPH ?g {} } で得られます。",
    ),
    "the request does not name one host": Told(
        "В запросе должен быть указан один хост.", "リクエストにはホストを一つ指定してください。"
    ),
    "send the header Host once": Told("Отправьте заголовок Host один раз.", "Hostヘッダーを1回送ってください。"),
    "this is not as the condition says": Told("Условие запроса не выполнено.", "リクエストの条件が満たされていません。"),
    "read it again, and send its new ETag": Told(
        "Прочитайте заново и отправьте новый ETag.", "もう一度読み取り、新しいETagを送ってください。"
    ),
    "two graphs are named": Told("Названы два графа.", "グラフが二つ指定されています。"),
    "give ?graph=IRI, or ?default, or the address of a graph": Told(
        "Укажите ?graph=IRI, или ?default, или адрес графа.", "?graph=IRI、?default、またはグラフのアドレスを指定してください。"
    ),
    "{name} is no IRI": Told("{name} — не IRI.", "{name}はIRIではありません。"),
    "a graph's name is no IRI: {reason}": Told("Имя графа — не IRI: {reason}", "グラフ名がIRIではありません：{reason}"),
    "give a whole IRI, percent-encoded": Told(
        "Укажите IRI целиком, закодировав его знаками процента.", "完全なIRIをパーセントエンコードして指定してください。"
    ),
    "Not Found": Told("Такой страницы нет.", "このページはありません。"),
    "see /openapi.json for what there is": Told(
        "Всё, что есть на сервере, описано в /openapi.json.", "このサーバーにあるものは /openapi.json に記載されています。"
    ),
    "Method Not Allowed": Told("Так к этому адресу обращаться нельзя.", "このアドレスではこのメソッドは使えません。"),
    "see the header Allow": Told("Допустимые методы указаны в заголовке Allow.", "使えるメソッドは Allow ヘッダーにあります。"),
    "there is no file {name}": Told("Файла {name} нет.", "ファイル{name}はありません。"),
    "pages link to the files of this version: load the page anew": Told(
        "Страницы ссылаются на файлы своей версии: загрузите страницу заново.",
        "ページは現在の版のファイルを参照します。ページを再読み込みしてください。",
    ),
    "the answer has no row {row}": Told("В ответе нет строки {row}.", "答えに{row}行目はありません。"),
    "the row has no column {column}": Told("В строке нет столбца {column}.", "この行に列{column}はありません。"),
    "go back to the answer": Told("Вернитесь к ответу.", "答えに戻ってください。"),
    "the graph has {count} statements": Told("Утверждений в графе: {count}.", "このグラフの記述は{count}件です。"),
    "go back to its first page": Told("Вернитесь к его первой странице.", "最初のページに戻ってください。"),
    "{count} things cannot be compared": Told("Сравнить столько объектов нельзя: {count}.", "{count}件の対象は比較できません。"),
    "choose up to {most}": Told("Можно выбрать до {most}.", "{most}件までにしてください。"),
    # Formats
    "this cannot be had in the format {format}": Told("В формате {format} этого нет.", "形式{format}では提供していません。"),
    "this cannot be had in any of {formats}": Told(
        "Ни в одном из форматов {formats} этого нет.", "{formats}のどの形式でも提供していません。"
    ),
    "what there is: {kinds}": Told("Доступны форматы: {kinds}.", "利用できる形式：{kinds}。"),
    "the answer is offered in none of the formats that you accept": Told(
        "Ни в одном из запрошенных форматов ответа нет.", "指定された形式では答えを提供していません。"
    ),
    "an answer of {expected} cannot be had in what you accept": Told(
        "В запрошенном формате этот ответ получить нельзя: в нём {expected}.",
        "この答え（{expected}）は、指定された形式では得られません。",
    ),
    "the evidence of {expected} cannot be had in what you accept": Told(
        "В запрошенном формате основания этого ответа получить нельзя: в нём {expected}.",
        "この答え（{expected}）の根拠は、指定された形式では得られません。",
    ),
    "ask for application/json": Told("Запросите application/json.", "application/json で要求してください。"),
    "rows": Told("строки", "行"),
    "triples": Told("тройки", "トリプル"),
    "yes or no": Told("да или нет", "はい・いいえ"),
    # The text of a query
    "the fault is at this place or just before it": Told(
        "Ошибка в этом месте или сразу перед ним.", "誤りはこの箇所か、その直前にあります。"
    ),
    "this is no query: it has none of {names}": Told(
        "Это не запрос: в нём нет ни одного из слов {names}.", "クエリではありません：{names}のいずれも含みません。"
    ),
    "unexpected {met}": Told("Здесь не должно быть {met}.", "ここに{met}は置けません。"),
    "unexpected {met}, expected {any}": Told(
        "Здесь не должно быть {met}; ожидается {any}.", "ここに{met}は置けません。必要なのは {any} です。"
    ),
    "something is missing before the end": Told("До конца запроса чего-то не хватает.", "末尾の前に何かが足りません。"),
    "something is missing before the end, expected {any}": Told(
        "До конца запроса чего-то не хватает; ожидается {any}.", "末尾の前に何かが足りません。必要なのは {any} です。"
    ),
    "the prefix {prefix}: is not declared": Told("Префикс {prefix}: не объявлен.", "接頭辞 {prefix}: が宣言されていません。"),
    "write PREFIX {prefix}: <https://…> at the top": Told(
        "Напишите в начале PREFIX {prefix}: <https://…>.", "先頭に PREFIX {prefix}: <https://…> と書いてください。"
    ),
    "?{name} is given a value and is not among the variables of the query": Told(
        "Переменной ?{name} дано значение, но среди переменных запроса её нет.",
        "?{name}に値が与えられていますが、クエリの変数にありません。",
    ),
    "add ?{name} to the variables after SELECT, and to GROUP BY where the query has one": Told(
        "Добавьте ?{name} к переменным после SELECT, а если есть GROUP BY, то и туда.",
        "変数 ?{name} をSELECTの後に加え、GROUP BYがあればそこにも加えてください。",
    ),
    "{name} is no name of a variable": Told("{name} — не имя переменной.", "{name}は変数名ではありません。"),
    "use letters, digits and _": Told("Используйте буквы, цифры и _.", "英字、数字、_ を使ってください。"),
    "${name} is no term": Told("Значение ${name} — не терм RDF.", "${name}の値はRDFの項ではありません。"),
    'write it as N-Triples does: <http://…>, "text"@en': Told(
        'Запишите его как в N-Triples: <http://…>, "text"@en.', 'N-Triplesの形式で書いてください：<http://…>、"text"@en。'
    ),
    "SERVICE would ask another server": Told("SERVICE обращается к другому серверу.", "SERVICEは別のサーバーに問い合わせます。"),
    "leave it out": Told("Уберите его.", "これを外してください。"),
    "{keyword} would change the graph, which is read only here": Told(
        "{keyword} изменяет граф, а здесь его можно только читать.",
        "{keyword}はグラフを変更しますが、ここでは読み取りしかできません。",
    ),
    "change the files of the project": Told("Измените файлы проекта.", "プロジェクトのファイルを変更してください。"),
    "the built graph is damaged: remove the folder that this names, and ask again": Told(
        "Построенный граф повреждён: удалите названную здесь папку и спросите снова.",
        "構築済みのグラフが壊れています。ここに示すフォルダーを削除し、もう一度質問してください。",
    ),
    # What is remarked on evidence, and what cannot be followed
    "the query has no outline that can be followed": Told(
        "Строение этого запроса проследить не удаётся.", "このクエリの構造はたどれません。"
    ),
    "the braces of the pattern do not match": Told(
        "Фигурные скобки в шаблоне не сходятся.", "パターンの波括弧が対応していません。"
    ),
    "the pattern of the query cannot be analysed: {reason}": Told(
        "Шаблон запроса не удаётся разобрать: {reason}", "クエリのパターンを解析できません：{reason}"
    ),
    "more than {count} solutions give these rows: too many to follow": Told(
        "Эти строки получены более чем из {count} решений: проследить их все нельзя.",
        "これらの行のもとになる解が{count}件を超え、たどりきれません。",
    ),
    "rests also on what is not there: a closed-world reading": Told(
        "Основано и на том, чего в графе нет: граф считается полным.", "グラフにないことも根拠としています（閉世界仮説）。"
    ),
    "asking again did not give this row, so what it rests on was not found": Told(
        "Повторный запрос не дал этой строки, поэтому её основания не найдены.",
        "問い直すとこの行が得られず、根拠が見つかりませんでした。",
    ),
    "several groups have these values, and the query does not give out what tells them apart": Told(
        "Эти значения есть у нескольких групп, а то, чем они различаются, запрос не выдаёт.",
        "これらの値をもつグループが複数あり、クエリはそれらを区別する値を返しません。",
    ),
    # Changes
    "an update cannot be sent with GET": Told("Изменение нельзя отправить методом GET.", "更新はGETでは送れません。"),
    "send it with POST": Told("Отправьте его методом POST.", "POSTで送ってください。"),
    "this server takes no updates": Told("Этот сервер не принимает изменений.", "このサーバーは更新を受け付けません。"),
    "start it with --writable": Told("Запустите его с параметром --writable.", "--writable を付けて起動してください。"),
    "who writes has to show the token": Told("Чтобы вносить изменения, нужен токен.", "書き込みにはトークンが必要です。"),
    "Authorization: Bearer TOKEN": Told(
        "Передайте заголовок Authorization: Bearer TOKEN.", "ヘッダー Authorization: Bearer TOKEN を付けてください。"
    ),
    "a page of {origin} may not write here": Told(
        "Странице с {origin} нельзя вносить сюда изменения.", "{origin}のページからは書き込めません。"
    ),
    "start the server with a token": Told("Запустите сервер с токеном.", "トークンを設定してサーバーを起動してください。"),
    "LOAD would fetch from the network": Told("LOAD загружает данные из сети.", "LOADはネットワークからデータを取得します。"),
    "upload the file to /store": Told("Отправьте файл на /store.", "ファイルを /store に送ってください。"),
    "default-graph-uri is for queries": Told("default-graph-uri служит для запросов.", "default-graph-uri はクエリ用です。"),
    "use using-graph-uri and using-named-graph-uri": Told(
        "Используйте using-graph-uri и using-named-graph-uri.", "using-graph-uri と using-named-graph-uri を使ってください。"
    ),
    # What is sent
    "the form holds {count} queries and updates": Told(
        "Запросов и изменений в форме: {count}.", "フォームにクエリと更新が合わせて{count}件あります。"
    ),
    "send one, as query=… or update=…": Told(
        "Отправьте что-то одно: query=… или update=….", "query=… か update=… のどちらか一つを送ってください。"
    ),
    "an operation is given in the URL and in the body": Told(
        "Операция указана и в адресе, и в теле.", "操作がURLと本文の両方にあります。"
    ),
    "a body without Content-Type is not read here": Told(
        "Тело без Content-Type не принимается.", "Content-Type のない本文は受け付けません。"
    ),
    "{kind} is not read here": Told("Формат {kind} не принимается.", "{kind}は受け付けません。"),
    "the charset {charset} is not read here": Told(
        "Кодировка {charset} не принимается.", "文字コード{charset}は受け付けません。"
    ),
    "a body in {encoding} is not read here": Told(
        "Тело, сжатое как {encoding}, не принимается.", "{encoding}の本文は受け付けません。"
    ),
    "send it as it is": Told("Отправьте его как есть.", "そのまま送ってください。"),
    "the body ended early": Told("Тело пришло не целиком.", "本文が途中で終わっています。"),
    "send all of it": Told("Отправьте его целиком.", "すべて送ってください。"),
    "the body is not UTF-8": Told("Тело не в UTF-8.", "本文がUTF-8ではありません。"),
    "send UTF-8": Told("Отправьте в UTF-8.", "UTF-8で送ってください。"),
    "send {form}, {query} or {update}": Told(
        "Можно отправить {form}, {query} или {update}.", "送れる形式：{form}、{query}、{update}。"
    ),
    # Limits
    "this takes longer than {seconds} seconds": Told("Это занимает больше {seconds} с.", "{seconds}秒を超えました。"),
    "this takes more than {size} MiB of memory": Told(
        "На это нужно больше {size} МиБ памяти.", "{size} MiBを超えるメモリーが必要です。"
    ),
    "ask for less: add patterns that narrow it, avoid ORDER BY, GROUP BY and DISTINCT over large intermediate results": Told(
        "Запросите меньше: добавьте уточняющие шаблоны, избегайте ORDER BY, GROUP BY и DISTINCT на больших промежуточных данных.",
        "範囲を狭めてください。絞り込むパターンを加え、大きな中間結果に対する ORDER BY、GROUP BY、DISTINCT を避けます。",
    ),
    "ask for less: add LIMIT, patterns or values that narrow it, and avoid patterns that share no variable": Told(
        "Запросите меньше: добавьте LIMIT, уточняющие шаблоны или значения; избегайте шаблонов без общих переменных.",
        "範囲を狭めてください。LIMITや絞り込むパターン・値を加え、変数を共有しないパターンを避けます。",
    ),
    "this is nested too deeply for the engine": Told("Слишком глубокая вложенность.", "入れ子が深すぎます。"),
    "nested more than {depth} levels deep": Told("Вложенность глубже {depth} уровней.", "入れ子が{depth}段を超えています。"),
    "nest less": Told("Уменьшите вложенность.", "入れ子を減らしてください。"),
    "longer than {size} KiB": Told("Длиннее {size} КиБ.", "{size} KiBを超えています。"),
    "the query is longer than {size} KiB": Told("Запрос длиннее {size} КиБ.", "クエリが{size} KiBを超えています。"),
    "a part of a graph is not taken": Told("Часть графа не принимается.", "グラフの一部だけは受け付けません。"),
    "send the whole graph, without Content-Range": Told(
        "Отправьте весь граф без Content-Range.", "Content-Rangeなしで、グラフ全体を送信してください。"
    ),
    "XML cannot carry this: {reason}": Told("XML не может этого передать: {reason}.", "XMLでは表せません：{reason}。"),
    "ask for another format": Told("Запросите другой формат.", "別の形式を指定してください。"),
    "the body is larger than {size} KiB": Told("Тело больше {size} КиБ.", "本文が{size} KiBを超えています。"),
    "bind terms instead of listing them": Told(
        "Передайте термы как значения, а не перечисляйте их.", "項を列挙せず、変数に束縛してください。"
    ),
    "bind fewer terms": Told("Передайте меньше термов.", "束縛する項を減らしてください。"),
    "send less": Told("Отправьте меньше.", "送る量を減らしてください。"),
    "the answer has more than {count} rows": Told("В ответе больше {count} строк.", "答えが{count}行を超えます。"),
    "the answer is larger than {size} MiB": Told("Ответ больше {size} МиБ.", "答えが{size} MiBを超えます。"),
    "add LIMIT and OFFSET": Told("Добавьте LIMIT и OFFSET.", "LIMITとOFFSETを加えてください。"),
    "the answer is too long for its evidence to be found": Told(
        "Ответ слишком длинный, чтобы найти его основания.", "答えが長すぎて根拠を検索できません。"
    ),
    "ask for fewer rows: add a limit": Told("Запросите меньше строк: добавьте limit.", "limitを加えて行数を減らしてください。"),
    "the answer rests on more than {count} statements": Told(
        "Ответ основан более чем на {count} утверждениях.", "答えの根拠となる記述が{count}件を超えます。"
    ),
    "to find what this row rests on takes more than a request may": Told(
        "Найти основания этой строки не позволяют ограничения.", "この行の根拠を求めると制限を超えます。"
    ),
    "ask for less: take the statements themselves, with LIMIT": Told(
        "Запросите меньше: сами утверждения, с LIMIT.", "範囲を狭めてください。LIMITを付けて記述そのものを取得します。"
    ),
    # A busy server
    "you have {count} requests here already": Told(
        "Ваших запросов здесь уже {count}.", "あなたの要求がすでに{count}件あります。"
    ),
    "wait for the answers": Told("Дождитесь ответов.", "答えを待ってください。"),
    "{count} requests are waiting already": Told("Запросов в очереди уже {count}.", "すでに{count}件の要求が待っています。"),
    "no worker came free in time": Told(
        "Сервер занят, очередь не подошла вовремя.", "サーバーが混み合い、時間内に順番が来ませんでした。"
    ),
    "the workers are being restarted": Told("Сервер обновляется.", "サーバーが再開するところです。"),
    "this is a slow query, and as many slow ones are running as may": Told(
        "Это медленный запрос, а других медленных выполняется уже столько, сколько можно.",
        "時間のかかるクエリですが、そのようなクエリがすでに上限まで実行されています。",
    ),
    "the worker of this query was killed from outside": Told(
        "Выполнение запроса было прервано извне.", "クエリの処理が外部から中断されました。"
    ),
    "the process that draws was killed from outside": Told(
        "Построение рисунка было прервано извне.", "図の描画が外部から中断されました。"
    ),
    "try again": Told("Повторите попытку.", "もう一度お試しください。"),
    "try again later": Told("Повторите попытку позже.", "後でもう一度お試しください。"),
    "the server has a fault": Told("На сервере произошла ошибка.", "サーバーで障害が発生しました。"),
    "please report it": Told("Пожалуйста, сообщите о ней.", "お手数ですが、ご報告ください。"),
    # Pictures
    "{name} has no picture": Told("У вопроса {name} нет рисунка.", "{name}に図はありません。"),
    "the head of a query says how to draw its answer: `#+ view: {type: …}`, one of {names}": Told(
        "Как изобразить ответ, указано в шапке запроса: `#+ view: {type: …}`, одно из {names}.",
        "描き方はクエリの見出しで指定します：`#+ view: {type: …}`。次のいずれか：{names}。",
    ),
    "{count} rows are too many for a picture, which shows {most} at the most": Told(
        "Строк слишком много для рисунка: {count}; он показывает не больше {most}.",
        "{count}行は図には多すぎます。図に示せるのは{most}行までです。",
    ),
    "give a value to a parameter, or take the answer as a table": Told(
        "Укажите значение параметра или возьмите ответ таблицей.", "パラメーターに値を指定するか、表で答えを見てください。"
    ),
    "the picture takes more than {size} MiB to describe": Told(
        "Описание рисунка занимает больше {size} МиБ.", "図の記述が{size} MiBを超えます。"
    ),
    "give a value to a parameter": Told("Укажите значение параметра.", "パラメーターに値を指定してください。"),
    "this picture cannot be drawn": Told("Этот рисунок построить не удаётся.", "この図は描けません。"),
    "pictures cannot be drawn here": Told("Строить рисунки здесь нельзя.", "ここでは図を描けません。"),
    "`kg query NAME --format svg` says why": Told(
        "Причину покажет команда `kg query NAME --format svg`.", "理由は `kg query NAME --format svg` で確認できます。"
    ),
    "too many pictures are being drawn": Told(
        "Одновременно строится слишком много рисунков.", "一度に描いている図が多すぎます。"
    ),
    "drawing this takes more than {seconds} s, or too much memory": Told(
        "Построение рисунка занимает больше {seconds} с или требует слишком много памяти.",
        "描画に{seconds}秒以上かかるか、メモリーが足りません。",
    ),
    "give a value to a parameter, so that there is less to draw": Told(
        "Укажите значение параметра, чтобы рисунок получился проще.", "パラメーターに値を指定し、描く量を減らしてください。"
    ),
    "only triples are drawn as a network": Told(
        "В виде сети показываются только тройки.", "ネットワーク図にできるのはトリプルだけです。"
    ),
    "say query={verb} …": Told("Укажите query={verb} ….", "query={verb} … を指定してください。"),
    "no picture fits this answer": Told("Для такого ответа рисунка нет.", "この答えに合う図はありません。"),
    "ask for a column of names and one of numbers or dates, or for places with latitudes and longitudes": Told(
        "Запросите столбец названий и столбец чисел или дат либо места с широтой и долготой.",
        "名称の列と数値または日付の列、あるいは場所とその緯度・経度を求めてください。",
    ),
    "ask with CONSTRUCT or DESCRIBE": Told(
        "Задайте вопрос с помощью CONSTRUCT или DESCRIBE.", "CONSTRUCT か DESCRIBE で質問してください。"
    ),
}
