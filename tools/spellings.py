#!/usr/bin/env python3
"""Writes data/spellings.tsv: spellings of one word, from IPADIC by rule and from the list at the end of this file.

Usage: tools/spellings.py [IPADIC_FOLDER] > data/spellings.tsv

Rule, after 送り仮名の付け方 (1973) 通則6 and 7: in a compound of two verbs the okurigana of the first may be left out, and the
okurigana of the second shortened to its last kana (申し合わせ 申合わせ 申し合せ 申合せ). The form without any okurigana
counts where the dictionary has it as a noun of the same reading (取組). The verb of the noun gives the stems.
"""
import csv, pathlib, re, sys

IPADIC = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/mecab/dic/ipadic")
KANJI = r"[\u4e00-\u9fff々]"
COMPOUND = re.compile(rf"^({KANJI}+)([ぁ-ん]+)({KANJI})([ぁ-ん]+)$")
SINGLE = re.compile(rf"^({KANJI}{{2,}})([ぁ-ん]{{1,2}})$")
I_ROW = dict(zip("うくぐすつぬぶむる", "いきぎしちにびみり"))
KATAKANA = {chr(c): chr(c + 0x60) for c in range(0x3041, 0x3097)}

MANUAL = """
及び|および
並びに|ならびに
又は|または
若しくは|もしくは
更なる|さらなる
更に|さらに
我が国|わが国
我々|われわれ
子ども|子供|こども
位置付け|位置づけ|位置附け
位置付け|位置づけ
意味付け|意味づけ
基礎付け|基礎づけ
関連付け|関連づけ
義務付け|義務づけ
裏付け|裏づけ
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
様々|さまざま
関わる|係わる|かかわる
共に|ともに
例えば|たとえば
既に|すでに
特に|とくに
極めて|きわめて
概ね|おおむね
速やか|すみやか
円滑化|円滑化
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
立ち上げ|立上げ|立上
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
スロバキア|スロヴァキア
ギリシャ|ギリシア
ニュージーランド|ニュージランド
ジュネーブ|ジュネーヴ
キエフ|キーウ
""".split()


def rows(name):
    with open(IPADIC / name, encoding="euc-jp") as file:
        yield from csv.reader(file)


def noun_of(base, kind):
    """連用形: the noun of a verb."""
    if base.endswith("る") and kind.startswith("一段"):
        return base[:-1]
    return base[:-1] + I_ROW[base[-1]] if base[-1] in I_ROW else None


def main():
    nouns = {}
    for name in ("Noun.csv", "Noun.verbal.csv", "Noun.adjv.csv", "Noun.adverbal.csv", "Noun.others.csv"):
        for row in rows(name):
            nouns.setdefault(row[0], set()).add(row[11])
    classes, by_reading = {}, {}

    def add(bare, noun_reading, noun, forms, stems):
        """Verbs that differ in okurigana only are one: 申し合わせる, 申し合せる."""
        head = by_reading.setdefault((bare, noun_reading), noun)
        _, known, known_stems = classes.get(head, (head, set(), set()))
        classes[head] = (head, (known | forms | {noun}) - {head}, known_stems | stems)

    for row in rows("Verb.csv"):
        surface, kind, form, base, reading = row[0], row[8], row[9], row[10], row[11]
        match = COMPOUND.match(surface)
        if form != "基本形" or surface != base:
            continue
        single = SINGLE.match(surface)
        if single and (noun := noun_of(base, kind)):
            # 支払い, 支払: the noun without okurigana where the dictionary has it.
            reading_of_noun = reading[:-1] + ("" if kind.startswith("一段") else KATAKANA.get(I_ROW.get(base[-1], ""), ""))
            if reading_of_noun in nouns.get(single[1], ()):
                add(single[1], reading_of_noun, noun, {noun, single[1]}, {base[:-1]})
        if not match or "っ" in match[2]:
            continue
        noun = noun_of(base, kind)
        if not noun:
            continue
        first, kana1, second, _ = match.groups()
        kana2 = noun[len(first + kana1 + second):]
        stem2 = base[len(first + kana1 + second):-1]
        ends = {kana2, kana2[-1:]} - {""}
        forms = {first + k1 + second + k2 for k1 in (kana1, "") for k2 in ends}
        bare = first + second
        noun_reading = reading[:-1] + ("" if kind.startswith("一段") else KATAKANA.get(I_ROW.get(base[-1], ""), ""))
        if noun_reading in nouns.get(bare, ()):
            forms.add(bare)
        stems = {first + k1 + second + k2 for k1 in (kana1, "") for k2 in {stem2, stem2[-1:]}}
        add(bare, noun_reading, noun, forms, stems)
    # A short form that two words share is the one's that the dictionary reads so, else nobody's.
    claims = {}
    for noun, (_, forms, _) in classes.items():
        for form in forms:
            claims.setdefault(form, []).append(noun)
    for form, owners in claims.items():
        if len(owners) > 1:
            for noun in owners:
                classes[noun][1].discard(form)
    print("# Spellings of one word, matched as the same word. Written by tools/spellings.py; do not edit by hand.")
    print("# members: set off by |. stems: of the verb of a noun; kana follow them. Source: ipadic = compound verbs of IPADIC by the")
    print("# rule of 送り仮名の付け方 (1973) 通則6 and 7; list = 公用文における漢字使用等 (2010) and the documents of corpus/.")
    print("# members\tstems\tsource")
    manual = [line.split("|") for line in MANUAL]
    taken = set()
    for members in manual:
        members = list(dict.fromkeys(members))
        noun = next((m for m in members if m in classes), None)
        stems = set()
        if noun:
            _, forms, stems = classes.pop(noun)
            members += sorted(forms - set(members))
        if len(members) > 1 and not taken & set(members):
            taken |= set(members)
            print("|".join(members), "|".join(sorted(stems)), "list", sep="\t")
    for noun, (_, forms, stems) in sorted(classes.items()):
        if not taken & ({noun} | forms):
            print("|".join([noun] + sorted(forms)), "|".join(sorted(stems)), "ipadic", sep="\t")


main()
