/* formula/operator.c: the operators in words, for the reference; docs/formulas.md is checked against this
 * table. */
#include "formula/function.h"

const FormulaOperatorHelp formula_operators[] = {
    {"or", {"または。どちらかが「はい」なら「はい」", "Yes when one side is"}, "2 > 1 or 1 / 0 > 1", "yes"},
    {"and", {"かつ。どちらも「はい」なら「はい」", "Yes when both sides are"}, "2 > 1 and 3 > 2", "yes"},
    {"not", {"でない", "The opposite"}, "not 2 > 1", "no"},
    {"=", {"等しい", "Equal"}, "2018-06-01 = 2018-06-01", "yes"},
    {"<>", {"等しくない", "Not equal"}, "'青' <> '赤'", "yes"},
    {"<", {"より小さい、より前", "Less, earlier"}, "1.5 < 2", "yes"},
    {"<=", {"以下、以前", "At most, not later"}, "2 <= 2", "yes"},
    {">", {"より大きい、より後", "Greater, later"}, "09:30 > 10:00", "no"},
    {">=", {"以上、以後", "At least, not earlier"}, "3 >= 4", "no"},
    {"between", {"二つの値の間（両端を含む）", "Between two values, both ends included"}, "5 between 1 and 9",
        "yes"},
    {"in",
        {"並べた値のどれか、または複数の値の中の一つ", "One of the listed values, or of a field's several"},
        "3 in (1, 2)", "no"},
    {"is given", {"値がある", "There is a value"}, "1 / 0 is given", "no"},
    {"is missing", {"値がない（不明）", "There is no value"}, "1 / 0 is missing", "yes"},
    {"if then else",
        {"条件が「はい」なら前、「いいえ」か「不明」なら後",
            "The first when the condition is yes, else the second"},
        "if 2 > 1 then 30000 else 10000", "30000"},
    {"+", {"足す。日付に足すと、その日数だけ後の日", "Adds; to a date, so many days later"}, "2018-12-31 + 1",
        "2019-01-01"},
    {"-",
        {"引く。日付どうしなら日数。前に付ければ負の数",
            "Subtracts; of two dates, the days between; in front, the negative"},
        "2019-01-01 - 2018-12-01", "31"},
    {"*", {"掛ける", "Multiplies"}, "1.5 * 0.000001", "0.000002"},
    {"/",
        {"割る。結果は小数で、百万分の一の位まで（四捨五入）",
            "Divides; a decimal, rounded half up to a millionth"},
        "2 / 3", "0.666667"},
};

const size_t formula_operator_count = COUNT_OF(formula_operators);
