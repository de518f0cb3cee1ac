#!/usr/bin/env python3
"""Writes data/spellings.tsv: spellings of one word, from IPADIC by rule and from the list below.

Usage: tools/spellings.py [IPADIC_FOLDER] > data/spellings.tsv

A class is a reading and a sequence of kanji; its forms differ only in their hiragana. Forms come from three sources:
- IPADIC itself: nouns, verbs and adjectives of one reading and the same kanji (覚書 覚え書き, 行う 行なう, inflected forms too);
- 送り仮名の付け方 (1973) 通則6 and 7: a compound with verbs may omit the okurigana of its first or last part (申し合わせ
  申合わせ 申し合せ 申合せ, 受け皿 受皿, 枠組み 枠組), or shorten it to the last kana (通則2 許容);
- 付け and づけ, 付き and づき, where the reading is voiced.
A form that IPADIC has only with other readings is a different word (生き物, 生物) and is left out; so is a form that two
classes claim. The stems are those of a noun's verb.
"""
import csv, pathlib, re, sys

IPADIC = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/mecab/dic/ipadic")
KANJI = r"[\u4e00-\u9fff々]"
COMPOUND = re.compile(rf"^({KANJI}+)([ぁ-ん]+)({KANJI})([ぁ-ん]+)$")
WORD = re.compile(rf"^{KANJI}[\u4e00-\u9fff々ぁ-ん]*$")
SINGLE = re.compile(rf"^({KANJI}{{2,}})([ぁ-ん]{{1,2}})$")
E_ROW = dict(zip("えけげせてねべめれ", "うくぐすつぬぶむる"))
I_ROW = dict(zip("うくぐすつぬぶむる", "いきぎしちにびみり"))
KATAKANA = {chr(c): chr(c + 0x60) for c in range(0x3041, 0x3097)}
HIRAGANA = {katakana: hiragana for hiragana, katakana in KATAKANA.items()}

MANUAL = """
仕上げ|仕上
引き下げ|引下げ|引下
及び|および
並びに|ならびに
又は|または
若しくは|もしくは
更なる|さらなる
更に|さらに
我が国|わが国
我々|われわれ
子ども|子供|こども
位置付け|位置づけ|位置附け|位置付
意味付け|意味づけ|意味付
基礎付け|基礎づけ|基礎付
関連付け|関連づけ|関連付
義務付け|義務づけ|義務付
裏付け|裏づけ|裏付
取りまとめ|取り纏め|とりまとめ|取まとめ
引き続き|引続き|ひき続き|ひきつづき
呼び掛け|呼びかけ|呼掛け|呼掛
働き掛け|働きかけ|働掛け
見直し|見なおし
手続き|手続
申込み|申し込み|申込
箇所|個所|カ所|か所|ヶ所
一人ひとり|一人一人|ひとりひとり
全て|すべて
予め|あらかじめ
従って|したがって
出来る|できる
様々|様様|さまざま
関わる|係わる|かかわる
関わり|係わり|かかわり|関り
目指す|めざす|目ざす
目指し|めざし|目ざし
目指さ|めざさ|目ざさ
目指せ|めざせ|目ざせ
目指そ|めざそ|目ざそ
踏まえ|ふまえ
一人当たり|一人あたり|一人当り|ひとり当たり|ひとりあたり
当たり|あたり|当り
十分|充分
成りすまし|なりすまし|成り済まし|成済まし
Eメール|E-mail|イーメール
JPCERT/CC|JPCERTCC|JPCERT-CC
TCP/IP|TCPIP|TCP-IP
スマートフォン|スマートホン|スマートフォーン
共に|ともに
例えば|たとえば
既に|すでに
特に|とくに
極めて|きわめて
概ね|おおむね
速やか|すみやか
在り方|あり方|ありかた
考え方|考えかた
取り決め|取決め|取極め|取極
締め切り|締切り|締切|〆切
組織|組識
プレーヤー|プレイヤー
ディジタル|デジタル
トラフィック|トラヒック
プリフィックス|プレフィックス|プリフィクス|プレフィクス
インターフェース|インタフェース|インターフェイス|インタフェイス
レポート|リポート
マネージメント|マネジメント
アーキテクチャ|アーキテクチュア
シミュレーション|シミュレイション
立ち上げ|立上げ|立上|立ちあげ;立ち上げ|立上げ
打ち合わせ|打合せ|打合
立ち入り|立入り|立入
ディバイド|デバイド
イニシアティブ|イニシアチブ|イニシァティブ
ダイヤログ|ダイアログ
データベース|データーベース
コミュニケ|コミュニケー
ユーザ|ユーザー
バイオメトリックス|バイオメトリクス
フェイズ|フェーズ
メイル|メール
ジュネーブ|ジュネーヴ
キエフ|キーウ
トルコ|テュルキエ
プラットフォーム|プラットホーム
ファイアウォール|ファイアーウォール|ファイヤーウォール|ファイヤウォール
附属|付属
附帯|付帯
ヴィエトナム|ヴェトナム|ベトナム
カンボディア|カンボジア
サウディ・アラビア|サウディアラビア|サウジアラビア|サウジ・アラビア
ジョルダン|ヨルダン
クウェイト|クウェート|クエート
カタル|カタール
バハレーン|バーレーン
イェメン|イエメン
チュニジア|テュニジア
エティオピア|エチオピア
ジブティ|ジブチ
ブルンディ|ブルンジ
チャード|チャド
ケニヤ|ケニア
リビヤ|リビア
タンザニヤ|タンザニア
モーリシアス|モーリシャス
セイシェル|セーシェル|セイシェルズ
ジンバブウェ|ジンバブエ
ボツワナ|ボツアナ
コートジボワール|コートジヴォワール|コート・ジボアール|象牙海岸
カーボヴェルデ|カーボベルデ
ギニア・ビサオ|ギニアビサウ|ギニア・ビサウ
シエラ・レオーネ|シエラレオネ
トーゴー|トーゴ
ガボン|ガボーン
コンゴー|コンゴ
アルゼンティン|アルゼンチン
チリ|チリー
グァテマラ|グアテマラ|ガテマラ
ニカラグァ|ニカラグア|ニカラグワ
ウルグァイ|ウルグアイ
パラグァイ|パラグアイ
ホンデュラス|ホンジュラス
エルサルバドル|エルサルヴァドル|サルヴァドル
ベネズエラ|ヴェネズエラ|ヴェネスエラ|ベネスエラ
ハイティ|ハイチ
トリニダッド・トバゴ|トリニダード・トバゴ|トリニダッドトバゴ
セントクリストファー・ネーヴィス|セントクリストファー・ネイビス|セントクリストファー・ネービス
セントヴィンセント|セントビンセント
アンティグァ・バーブーダ|アンティグア・バーブーダ
バルバドス|バルバドース
マレイシア|マレーシア
フィリピン|フィリッピン|ヒリピン
オーストラリア|オーストラリヤ
スイス|スウィス
エクアドル|エクワドル
コスタリカ|コスタ・リカ
パプアニューギニア|パプア・ニューギニア|パプア・ニュー・ギニア
スイス|スウィス
シンガポール|シンガポウル
スリ・ランカ|スリランカ
ニュー・ジーランド|ニュージーランド|ニュージランド
フィジー|フィージー
ツバル|トゥヴァル|トゥバル
モルディブ|モルディヴ|モルジブ
バングラデシュ|バングラデッシュ|バングラディシュ
アフガニスタン|アフガニスターン
カザフスタン|カザクスタン
キルギス|クルグズスタン|キルギスタン
タジキスタン|タジクスタン
トルクメニスタン|トゥルクメニスタン
アゼルバイジャン|アゼルバイジャーン
グルジア|ジョージア
ノルウェー|ノールウェー|ノルウエー
スウェーデン|スエーデン
ルクセンブルク|ルクセンブルグ
リヒテンシュタイン|リヒテンスタイン
チェコ|チェッコ
スロバキア|スロヴァキア|スロヴァク
スロベニア|スロヴェニア
ラトビア|ラトヴィア
モルドバ|モルドヴァ
セルビア|セルヴィア
ベラルーシ|ベラルス|白ロシア
ウクライナ|ウクライーナ
ポルトガル|ポルトゥガル
ギリシャ|ギリシア
バチカン|ヴァチカン|ヴァティカン
キプロス|サイプラス
ルーマニア|ルーマニヤ
ブラジル|ブラジール
パレスチナ|パレスティナ
エストニア|エストニヤ
ウィーン|ヴィーン
サンパウロ|サン・パウロ
ブリュッセル|ブラッセル|ブリュセル
ソウル|ソール
ウィルス|ウイルス|ヴィールス|ビールス
ウェブ|ウエブ|Web
ソフトウェア|ソフトウエア|ソフトウェアー
フィルター|フィルタ
メディア|メデイア
チーム|ティーム
プラスチック|プラスティック
ラジオ|レイディオ
エンターテイメント|エンターテインメント
コミュニティ|コミュニティー
アイデンティティ|アイデンティティー
パーティ|パーティー
ボランティア|ヴォランティア
ティーン・エイジャー|ティーンエージャー
あわせて|併せて|合わせて
是非|ぜひ
但し|ただし
尚|なお
即ち|すなわち
或いは|あるいは|或は
乃至|ないし
殆ど|ほとんど
未だ|いまだ
必ず|かならず
直ちに|ただちに
殊に|ことに
専ら|もっぱら
僅か|わずか
漸く|ようやく
互いに|たがいに
最も|もっとも
何故|なぜ
何時|いつ
何処|どこ
誰も|だれも
通り|とおり
下さい|ください
頂く|いただく|戴く
致します|いたします
有り得る|ありうる|あり得る
有る|ある
無し|なし
再び|ふたたび
恐らく|おそらく
少なくとも|すくなくとも|少くとも
新たな|あらたな
新たに|あらたに
明らか|あきらか
著しい|いちじるしい
難しい|むずかしい
易しい|やさしい
分かる|わかる|判る
分かり|わかり|判り
出来|でき
行き|ゆき
良い|よい
良く|よく
大いに|おおいに
早急|さっきゅう
早急に|さっきゅうに
一つ|ひとつ
二つ|ふたつ
三つ|みっつ
一人|ひとり
二人|ふたり
障害者|障がい者|障碍者
子育て|こそだて
まちづくり|街づくり|町づくり|まち作り|街作り
ものづくり|物づくり|モノづくり|もの作り
人づくり|ひとづくり|人作り
国づくり|くにづくり|国作り
ルール作り|ルールづくり
体制作り|体制づくり
環境作り|環境づくり
仕組み作り|仕組みづくり|仕組作り
企て|くわだて
改竄|改ざん
漏洩|漏えい
隠蔽|隠ぺい
破綻|破たん
補填|補てん
招聘|招へい
斡旋|あっせん
梯子|はしご
進捗|進ちょく
閾値|しきい値
隔たり|へだたり
俯瞰|ふかん
牽制|けん制
牽引|けん引
危惧|危ぐ
拉致|ら致
酷似|こく似
伝播|伝ぱ
語彙|語い
脆弱|ぜい弱
脆弱性|ぜい弱性
信憑性|信ぴょう性
蓄積|ちく積
詐欺|さぎ
攪乱|かく乱|撹乱
飛躍的|ひ躍的
抜粋|抜すい
完璧|完ぺき
賄賂|わいろ
網羅|もうら
払拭|払しょく
遡及|そ及
真摯|真し
凌駕|りょうが
窺う|うかがう
鑑み|かんがみ
基付き|基づき|もとづき
基付く|基づく|もとづく
近付き|近づき
近付く|近づく
気付き|気づき
気付く|気づく
片付け|片づけ
色付け|色づけ
動機付け|動機づけ
条件付け|条件づけ
方向付け|方向づけ
特徴付け|特徴づけ
関係付け|関係づけ
順位付け|順位づけ
紐付け|紐づけ|ひも付け|ひもづけ
タグ付け|タグづけ
印象付け|印象づけ
結び付き|結びつき
結び付け|結びつけ
定義付け|定義づけ
理由付け|理由づけ
根拠付け|根拠づけ
""".split()


def rows(name):
    with open(IPADIC / name, encoding="euc-jp") as file:
        yield from csv.reader(file)


def noun_of(base, kind):
    """Returns the noun of a verb (連用形)."""
    if base.endswith("る") and kind.startswith("一段"):
        return base[:-1]
    return base[:-1] + I_ROW[base[-1]] if base[-1] in I_ROW else None


def noun_reading(reading, base, kind):
    return reading[:-1] + ("" if kind.startswith("一段") else KATAKANA.get(I_ROW.get(base[-1], ""), ""))


def kanji_of(word):
    return "".join(re.findall(KANJI, word))


def voiced(reading):
    """Returns a reading and its form with a voiced first kana, as in compounds: ツケ ヅケ."""
    return {reading, chr(ord(reading[0]) + 1) + reading[1:]} if reading[:1] in "カキクケコサシスセソタチツテトハヒフヘホ" and reading else {reading}


def endings(kana):
    """Returns okurigana in full, only its last kana, and none."""
    return {kana, kana[-1:], ""}


def main():
    readings, common, bases, nouns, verbs = {}, {}, set(), [], {}
    # Cost and reading of the cheapest entry that is not a name: しょくもつ for 食物, not たべもの.
    usual = {}
    for file in sorted(IPADIC.glob("*.csv")):
        for row in rows(file.name):
            readings.setdefault(row[0], set()).add(row[11])
            if row[10] == row[0] and row[4] == "動詞":
                bases.add(row[0])
            # 読取 of 読取る is a part of a verb, not a word.
            is_piece = row[4] == "動詞" and not re.search("[ぁ-ん]", row[0])
            if row[5] != "固有名詞" and not is_piece:
                common.setdefault(row[0], set()).add(row[11])
                usual[row[0]] = min(usual.get(row[0], (1 << 30, "")), (int(row[3]), row[11]))
    for name in ("Noun.csv", "Noun.verbal.csv", "Noun.adjv.csv", "Noun.adverbal.csv", "Noun.others.csv"):
        nouns += [(row[0], row[11]) for row in rows(name) if WORD.match(row[0])]
    classes = {}

    def is_potential(base):
        """Tells whether a verb is the potential form of another: 読み取れる of 読み取る."""
        return base[-2:-1] in E_ROW and base[:-2] + E_ROW[base[-2]] in bases

    def is_other(form, reading):
        """Tells whether the dictionary has a form only with other readings; names do not count for a form without okurigana."""
        found = readings.get(form) if re.search("[ぁ-ん]", form) else common.get(form)
        return found and reading not in found

    def add(reading, forms, stems=()):
        for form in forms:
            found = classes.setdefault((kanji_of(form), reading), (set(), set()))
            if is_other(form, reading) or len(form) < 2:
                continue
            if form in usual and not re.search("[ぁ-ん]", form) and usual[form][1] != reading:
                continue
            found[0].add(form)
            found[1].update(stems)

    def add_kana(kanji, reading, first, begun):
        """Adds the form with its second part in kana: 取りくみ, 枠ぐみ."""
        form = first + "".join(HIRAGANA.get(c, c) for c in reading[begun:])
        if len(reading) - begun >= 2 and reading in readings.get(form, {reading}):
            classes.setdefault((kanji, reading), (set(), set()))[0].add(form)

    verbs_of = {}
    for row in rows("Verb.csv"):
        if row[9] == "連用形":
            verbs_of.setdefault(row[0], set()).add(row[11])
    # Verbs and the nouns of compound verbs.
    for row in rows("Verb.csv"):
        surface, kind, form, base, reading = row[0], row[8], row[9], row[10], row[11]
        if form == "連用形":
            verbs.setdefault(surface, set()).add(reading)
        if form != "基本形" or surface != base:
            continue
        noun = noun_of(base, kind)
        match = COMPOUND.match(surface)
        if SINGLE.match(surface) and noun:
            # 支払い, 支払: the noun without okurigana where the dictionary has it.
            bare = SINGLE.match(surface)[1]
            if noun_reading(reading, base, kind) in readings.get(bare, ()):
                add(noun_reading(reading, base, kind), {noun, bare}, {base[:-1]})
        if match and noun and "っ" not in match[2]:
            first, kana1, second, _ = match.groups()
            kana2, stem2 = noun[len(first + kana1 + second):], base[len(first + kana1 + second):-1]
            forms = {first + k1 + second + k2 for k1 in endings(kana1) for k2 in endings(kana2) - {""}}
            known = noun_reading(reading, base, kind) in readings.get(first + second, ())
            bare = {first + second} if known or not is_potential(base) else set()
            stems = {first + k1 + second + k2 for k1 in (kana1, "") for k2 in {stem2, stem2[-1:]}}
            add(noun_reading(reading, base, kind), forms | bare, stems)
            add(reading, {surface, first + second + surface[len(first + kana1 + second):]})
            for begin in verbs_of.get(first + kana1, ()):
                if noun_reading(reading, base, kind).startswith(begin):
                    add_kana(kanji_of(noun), noun_reading(reading, base, kind), first + kana1, len(begin))
    # Nouns that are compounds with verbs, written with okurigana.
    for noun, reading in nouns:
        add(reading, {noun})
        match = re.match(rf"^({KANJI}+)([ぁ-ん]+)({KANJI}+)([ぁ-ん]*)$", noun)
        if match:
            first, kana1, second, kana2 = match.groups()
            begins = any(reading.startswith(part) for part in verbs.get(first + kana1, ()))
            ends = not kana2 or any(reading.endswith(v) for part in verbs.get(second + kana2, ()) for v in voiced(part))
            if begins and ends and "っ" not in kana1:
                shortened = {first + k1 + second + k2 for k1 in endings(kana1) for k2 in endings(kana2) if k2 or not kana2}
                add(reading, shortened | {first + second})
        match = re.match(rf"^({KANJI}+)({KANJI})([ぁ-ん]+)$", noun)
        if match:
            first, last, kana = match.groups()
            if any(reading.endswith(v) for part in verbs.get(last + kana, ()) for v in voiced(part)):
                add(reading, {first + last + k for k in endings(kana)})
                for verb in {v for part in verbs.get(last + kana, ()) for v in voiced(part) if reading.endswith(v)}:
                    add_kana(kanji_of(noun), reading, first, len(reading) - len(verb))
                if last == "付" and reading.endswith(("ヅケ", "ヅキ")):
                    classes[kanji_of(noun), reading][0].add(first + "づ" + kana)
    # Nouns without okurigana that are compounds with verbs: 入口 入り口, 手引 手引き, 建物 建て物.
    single = {}
    for noun, reading in nouns:
        if len(noun) == 1:
            single.setdefault(noun, set()).add(reading)
    by_kanji = {}
    for surface, found in verbs.items():
        if re.match(rf"^{KANJI}[ぁ-ん]+$", surface):
            by_kanji.setdefault(surface[0], []).append((surface, found))
    for noun, reading in nouns:
        if not re.match(rf"^{KANJI}{{2}}$", noun):
            continue
        first, last = noun
        parts = {1: [(first, r) for r in single.get(first, ())], 2: [(last, r) for r in single.get(last, ())]}
        fulls = {1: [(s, r) for s, rs in by_kanji.get(first, ()) for r in rs], 2: [(s, r) for s, rs in by_kanji.get(last, ()) for r in rs]}
        for begin, begin_reading in parts[1] + fulls[1]:
            for end, end_reading in parts[2] + fulls[2]:
                if len(begin + end) > 2 and any(begin_reading + v == reading for v in voiced(end_reading)):
                    add(reading, {begin + end, noun})
    # Inflected forms with the same kanji, reading and reading of the dictionary form: 行わ 行なわ.
    inflected = {}
    for name in ("Verb.csv", "Adj.csv"):
        bases = {}
        for row in rows(name):
            if row[9] == "基本形" and row[0] == row[10] and WORD.match(row[0]):
                bases.setdefault((kanji_of(row[0]), row[11]), set()).add(row[0])
        several = {base for group in bases.values() if len(group) > 1 for base in group}
        base_reading = {base: key[1] for key, group in bases.items() for base in group}
        for row in rows(name):
            if row[10] in several and WORD.match(row[0]) and len(row[0]) >= 2 and row[0][-1] in "ぁあいうえおかがきぎくぐけげこごさざしじすずせぜそぞただちぢっつづてでとどなにぬねのはばぱひびぴふぶぷへべぺほぼぽまみむめもゃやゅゆょよらりるれろわをん":
                inflected.setdefault((kanji_of(row[0]), row[11], base_reading[row[10]]), set()).add(row[0])
    for (kanji, reading, _), forms in inflected.items():
        if len(forms) > 1:
            found = classes.setdefault((kanji, reading), (set(), set()))
            found[0].update(forms)
    def is_one_word(forms, others):
        both = forms & others
        fullest = [{form for form in each if len(form) == max(map(len, each), default=0)} for each in (forms, others)]
        return len(both) >= 2 and all(each & both for each in fullest)

    # Two classes of the same kanji are one word with two readings where they share at least two forms, the fullest of each
    # among them: 入口 入り口, いりくち いりぐち.
    by_sequence = {}
    for key in sorted(classes):
        by_sequence.setdefault(key[0], []).append(key)
    for keys in by_sequence.values():
        for at, key in enumerate(keys):
            for other in keys[at + 1:]:
                if key in classes and other in classes and is_one_word(classes[key][0], classes[other][0]):
                    forms, stems = classes.pop(other)
                    classes[key][0].update(forms)
                    classes[key][1].update(stems)
    # 替え and 換え are one word after a verb: 入れ替え, 入れ換え (「異字同訓」の漢字の使い分け例, 2014).
    swap = str.maketrans("替換", "換替")
    for key in sorted(classes):
        kanji, reading = key
        if key not in classes or len(kanji) != 2 or kanji[1] not in "替換" or not reading.endswith(("カエ", "ガエ", "カエル")):
            continue
        forms, stems = classes[key]
        others, more = classes.pop((kanji.translate(swap), reading), (set(), set()))
        swapped = {form.translate(swap) for form in forms if form not in usual or re.search("[ぁ-ん]", form)}
        forms |= others | {form for form in swapped if reading in readings.get(form, {reading})}
        stems |= more | {stem.translate(swap) for stem in stems}
    # A form that two classes share belongs to the larger class among those with its dictionary reading; else to the class
    # whose fullest form is shortest; else, where that is a tie, to none. 立上 is 立ち上げ rather than 立ち上がり, 落込み is 落ち込み
    # rather than 落とし込み.
    kept = {key for key in classes if key in {(kanji, reading) for kanji, reading, _ in inflected}}
    claims = {}
    for key, (forms, _) in sorted(classes.items()):
        for form in forms:
            claims.setdefault(form, []).append(key)
    full = {key: frozenset(forms) for key, (forms, _) in classes.items()}
    size = {key: len(forms) for key, (forms, _) in classes.items()}
    for form, keys in claims.items():
        owners = [key for key in keys if key[1] in readings.get(form, ())]
        # A form without okurigana is first of all the noun of the transitive verb, whose kana end in e: 仕上 is 仕上げ rather
        # than 仕上がり, 引下 is 引き下げ rather than 引き下がり.
        bare = [key for key in keys if len(keys) > 1 and re.match(rf"^{KANJI}+$", form)]
        transitive = [key for key in bare if max(full[key], key=len)[-1] in "えけげせぜてでねへべめれ"]
        owners = transitive or owners
        owner = max(owners, key=lambda key: (size[key], key), default=None)
        if not owners and len(keys) > 1:
            longest = sorted((max(map(len, full[key])), key) for key in keys)
            owner = longest[0][1] if longest[0][0] < longest[1][0] else None
        for key in keys if len(keys) > 1 else ():
            if key != owner and key not in kept:
                classes[key][0].discard(form)
    print("# Spellings of one word; a query for one spelling matches all of them. tools/spellings.py writes this file: do not edit it by hand.")
    print("# members: separated by |. stems: stems of the verb of a noun; kana follow them. Source: ipadic = IPADIC by reading, and by the rules of")
    print("# 送り仮名の付け方 (1973) 通則1, 2, 4, 6 and 7; list = 公用文における漢字使用等 (2010), the names of countries in the acts on embassies")
    print("# (在外公館の名称及び位置並びに在外公館に勤務する外務公務員の給与に関する法律, before and after 2003 and 2019), corpus/.")
    print("# members\tstems\tsource")
    by_form = {}
    for key, (forms, stems) in sorted(classes.items()):
        for form in forms:
            if re.search("[ぁ-ん]", form):
                by_form.setdefault(form, key)
    taken = set()
    for line in MANUAL:
        # After a semicolon come the stems of its verb, where IPADIC lacks the verb.
        line, _, own = line.partition(";")
        members = list(dict.fromkeys(line.split("|")))
        stems = {stem for stem in own.split("|") if stem}
        for key in sorted({by_form[m] for m in members if m in by_form}):
            forms, more = classes.pop(key, (set(), set()))
            members += sorted(forms - set(members))
            stems |= more
        if len(members) > 1 and not taken & set(members):
            taken |= set(members)
            print("|".join(members), "|".join(sorted(stems)), "list", sep="\t")
    for key, (forms, stems) in sorted(classes.items()):
        forms = forms - taken
        if len(forms) > 1 or forms and stems:
            taken |= forms
            # The fullest form comes first.
            print("|".join(sorted(forms, key=lambda form: (-len(form), form))), "|".join(sorted(stems)), "ipadic", sep="\t")


main()
