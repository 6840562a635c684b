"""Pages as a city government's site serves them: navigation, breadcrumb, share bar, links and footer around the text."""

from __future__ import annotations

from html import escape

from corpus.writers.source import MERGED, Line, final_text, parse_source

_NAV = ("网站首页", "市情概况", "新闻中心", "政务公开", "政务服务", "互动交流", "数据开放")
_RELATED = ("政策解读", "部门动态", "区县信息", "网上信访", "无障碍浏览", "长者模式")
_STYLE = "body{font-family:serif}.nav li{display:inline}.article p{text-indent:2em}table{border-collapse:collapse}"


def write_html(source: str, *, title: str, published: str, column: str) -> bytes:
    """One page in UTF-8; ``published`` as 2019-03-18, ``column`` the site's section."""
    body = "\n".join(_line(line) for line in parse_source(source))
    nav = "".join(f'<li><a href="#">{n}</a></li>' for n in _NAV)
    related = "".join(f'<li><a href="#">{n}</a></li>' for n in _RELATED)
    page = f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>{escape(title)}_云泽市人民政府门户网站（合成样例）</title>
<meta name="PubDate" content="{published}">
<style>{_STYLE}</style>
<script>var clicks = 0; function share(where) {{ clicks += 1; }}</script>
</head>
<body>
<header><div class="top">您好，欢迎访问云泽市人民政府门户网站！ <a href="#">登录</a> <a href="#">注册</a></div>
<nav class="nav"><ul>{nav}</ul></nav></header>
<div class="crumb">当前位置：<a href="#">首页</a> &gt; <a href="#">政务公开</a> &gt; {escape(column)}</div>
<div class="tools">发布时间：{published}　字体：【大 中 小】　<a href="#">打印</a> <a href="#">收藏</a> 分享到：<a href="#">微信</a> <a href="#">微博</a></div>
<article class="article" id="zoom">
{body}
</article>
<div class="share">扫一扫在手机打开当前页　责任编辑：合成样例</div>
<aside class="related"><h3>相关链接</h3><ul>{related}</ul></aside>
<footer>主办：云泽市人民政府办公室　网站标识码：0000000000　<a href="#">网站地图</a> <a href="#">联系我们</a></footer>
</body>
</html>
"""
    return page.encode("utf-8")


def _line(line: Line) -> str:
    if line.kind == "table":
        return _table(line)
    text = escape(final_text(line.text))
    if line.kind == "title":
        return f'<h1 style="text-align:center">{text}</h1>'
    if line.kind == "heading":
        return f'<h2 style="text-align:center">{text}</h2>'
    style = {"centred": ' style="text-align:center"', "right": ' style="text-align:right"'}.get(line.kind, "")
    return f"<p{style}>{text}</p>"


def _table(line: Line) -> str:
    out = ['<table border="1">']
    for r, row in enumerate(line.rows):
        cells = []
        for c, cell in enumerate(row):
            if cell == MERGED:
                continue
            span = 1
            while r + span < len(line.rows) and line.rows[r + span][c] == MERGED:
                span += 1
            tag = "th" if r == 0 else "td"
            cells.append(f"<{tag}{f' rowspan={chr(34)}{span}{chr(34)}' if span > 1 else ''}>{escape(cell)}</{tag}>")
        out.append("<tr>" + "".join(cells) + "</tr>")
    return "\n".join([*out, "</table>"])
