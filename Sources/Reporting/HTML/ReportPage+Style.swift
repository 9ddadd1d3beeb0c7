// SPDX-License-Identifier: Apache-2.0

extension ReportPage {
    /// How the page looks: light or dark as the reader has it, 380 pixels or 1,400.
    static let style: StaticString = """

        :root{color-scheme:light dark;--paper:#fdfdfc;--ink:#1b1d20;--soft:#575d65;--line:#dfe2e5;
        --card:#f4f5f4;--condemn:#a8261c;--leave:#7d5200;--keep:#2b5c34;--newest:#40464e;--last:#1c5cb4;
        --label:#7436b0;--period:#157047;--pin:#9c2f69;--needed:#04686a;--flink:#646b73;
        --one:#5a8fd0;--shared:#8d6fc4;--none:#d08a2a;--trash:#a3a9b0}
        @media(prefers-color-scheme:dark){:root{--paper:#15171a;--ink:#e7e9eb;--soft:#a3aab2;
        --line:#30353b;--card:#1d2024;--condemn:#ff9a8f;--leave:#e8ba63;--keep:#8fd19b;--newest:#d3d8de;
        --last:#82b4ff;--label:#cda2ff;--period:#72d6a4;--pin:#f59cca;--needed:#62d3d3;--flink:#9aa2ab;
        --one:#4f86c8;--shared:#8a6cc2;--none:#c17f24;--trash:#6d747c}}
        *{box-sizing:border-box}
        html{scroll-padding-top:4.5rem;-webkit-text-size-adjust:100%}
        body{margin:0 auto;padding:2.5rem 1.5rem 4rem;max-width:76rem;background:var(--paper);
        color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;
        font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
        h1{margin:0;font-size:1.75rem;line-height:1.2;font-weight:650;letter-spacing:-.015em}
        h2{margin:3.25rem 0 .75rem;font-size:1.25rem;font-weight:650;letter-spacing:-.01em}
        h3{margin:1.75rem 0 .4rem;font-size:.9375rem;font-weight:600;color:var(--soft)}
        p{margin:.4rem 0}
        code{font:.9em ui-monospace,"SF Mono",Menlo,"DejaVu Sans Mono",monospace}
        a{color:inherit;text-decoration-color:var(--soft);text-underline-offset:.2em}
        .lead{max-width:46rem;color:var(--soft)}
        .unseen{position:absolute;width:1px;height:1px;margin:0;overflow:hidden;clip-path:inset(50%)}
        .condemn{color:var(--condemn)}.leave{color:var(--leave)}.keep{color:var(--keep)}
        dl,dd,dt{margin:0}
        .tiles{display:flex;flex-wrap:wrap;gap:.75rem 3rem;margin-top:1.75rem}
        .tiles dt{font-size:.875rem;color:var(--soft)}
        .tiles dd{white-space:nowrap;color:var(--soft)}
        .tiles b{margin-right:.25rem;font-size:2.25rem;line-height:1.2;font-weight:600;letter-spacing:-.02em}
        .tiles .condemn b{color:var(--condemn)}.tiles .leave b{color:var(--leave)}
        .tiles .keep b{color:var(--ink)}
        .bytes{display:flex;flex-wrap:wrap;gap:.5rem 2.25rem;margin-top:1.5rem;padding-top:1.1rem;
        border-top:1px solid var(--line)}
        .bytes dt{font-size:.875rem;color:var(--soft)}
        .bytes dt::before{content:"";display:inline-block;width:.6rem;height:.6rem;margin-right:.4rem;
        border-radius:2px;background:var(--swatch)}
        .bytes [class=""] dt::before{display:none}
        .bytes dd{font-weight:550}
        .b-one{--swatch:var(--one)}.b-shared{--swatch:var(--shared)}
        .b-none{--swatch:var(--none)}.b-trash{--swatch:var(--trash)}
        .bar{display:flex;height:.5rem;margin-top:.9rem;border-radius:3px;overflow:hidden;gap:1px}
        .bar i{background:var(--swatch);min-width:2px}
        td .bar{height:.25rem;margin-top:.2rem;justify-content:flex-start}
        form{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:.4rem 1.1rem;
        align-items:center;margin-top:2.5rem;padding:.6rem 0;background:var(--paper);
        border-bottom:1px solid var(--line)}
        form[hidden]{display:none}
        input[type=search]{flex:1 1 12rem;min-width:0;padding:.4rem .65rem;font:inherit;color:inherit;
        background:var(--card);border:1px solid var(--soft);border-radius:6px}
        input:focus-visible,summary:focus-visible,a:focus-visible{outline:2px solid var(--last);outline-offset:2px}
        label{display:inline-flex;gap:.35rem;align-items:center;white-space:nowrap}
        output{min-width:6rem;color:var(--soft)}
        table{border-collapse:collapse;width:100%}
        table.forecast,table.causes{width:auto;min-width:min(100%,48rem)}
        th,td{padding:.3rem 1rem .3rem 0;text-align:left;vertical-align:top;font-weight:400}
        thead th{font-size:.8125rem;color:var(--soft);border-bottom:1px solid var(--line)}
        tbody tr+tr>*{border-top:1px solid var(--line)}
        .jobs td:nth-child(-n+5),.jobs th:nth-child(n+2):nth-child(-n+5),.causes td:nth-child(-n+2),
        .causes th:nth-child(-n+2),.outside td:nth-child(3),.outside th:nth-child(3),
        .outside td:nth-child(4),.outside th:nth-child(4),.forecast td:nth-child(2),
        .forecast th:nth-child(2),.forecast td:nth-child(4),.forecast th:nth-child(4),
        .rows td:nth-child(3),.rows th:nth-child(3){text-align:right}
        .jobs th[scope=row]{font-weight:550}
        .jobs .size{min-width:7.5rem}
        td:nth-child(-n+4),thead th{white-space:nowrap}
        .rows td:first-child,.causes td:nth-child(n+3){white-space:pre-wrap}
        .zero{color:var(--soft)}
        .findings{padding:0;list-style:none}
        .findings li{margin:.6rem 0;padding-left:.9rem;border-left:3px solid var(--line)}
        .findings .partial{border-color:var(--leave)}
        .findings span{display:block;color:var(--soft)}
        .root{font-size:.875rem;color:var(--soft)}
        .limit{padding-left:.9rem;border-left:3px solid var(--condemn)}
        .job{content-visibility:auto;contain-intrinsic-size:auto 60rem}
        .line{margin:1.25rem 0 .5rem;--names:8.5rem}
        .kind{margin:.7rem 0 .1rem;font-size:.8125rem;color:var(--soft)}
        .strip,.axis{display:grid;grid-template-columns:var(--names) 1fr;align-items:center;column-gap:.9rem}
        .strip span{font-size:.875rem;white-space:nowrap}
        .strip b{display:inline-block;min-width:2.4rem;text-align:right;font-weight:600;color:var(--mark)}
        .strip svg{display:block;width:100%;height:1.4rem;padding:0 6px;overflow:visible;
        background:linear-gradient(var(--line),var(--line)) center/100% 1px no-repeat}
        .dot{stroke:var(--mark);stroke-width:9px;stroke-linecap:round;vector-effect:non-scaling-stroke;fill:none}
        .box{stroke-linecap:square;stroke-width:7px}
        .hole{stroke:var(--paper);stroke-width:5px}.box.hole{stroke-width:3px}
        .strip.condemn,.strip.leave{color:inherit}
        .strip.condemn{--mark:var(--condemn)}.strip.leave{--mark:var(--leave)}
        .k-newest{--mark:var(--newest)}.k-last{--mark:var(--last)}.k-label{--mark:var(--label)}
        .k-period{--mark:var(--period)}.k-pin{--mark:var(--pin)}.k-needed{--mark:var(--needed)}
        .k-flink{--mark:var(--flink)}
        .axis>div{position:relative;height:1.6rem;margin:.2rem 6px 0;border-top:1px solid var(--soft)}
        .axis i{position:absolute;top:.15rem;transform:translateX(-50%);font-size:.8125rem;font-style:normal;
        color:var(--soft);white-space:nowrap}
        .axis .first{transform:none}.axis .last{transform:translateX(-100%)}
        .group{border-top:1px solid var(--line)}
        .group:last-child{border-bottom:1px solid var(--line)}
        .rest summary{display:block;color:var(--soft)}
        summary{display:grid;grid-template-columns:6.5rem 9rem 1fr;column-gap:1rem;padding:.5rem 0;
        cursor:pointer;list-style:none}
        summary::-webkit-details-marker{display:none}
        .verdict::before{content:"▸";display:inline-block;width:1.1rem;color:var(--soft)}
        [open]>summary .verdict::before{content:"▾"}
        .verdict{font-weight:600}
        .why,.sum{color:var(--soft)}
        .rows{margin:0 0 1rem 1.1rem;width:calc(100% - 1.1rem);font-size:.9375rem;table-layout:fixed}
        .rows thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        .rows td:nth-child(1),.rows .a th{width:28rem}.rows td:nth-child(2){width:10.5rem}
        .rows td:nth-child(3){width:6.5rem}
        .rows .a th{padding-top:.6rem;color:var(--soft);font-size:.875rem}
        .rows i{padding:0 .4em;font-style:normal;font-size:.8125rem;border:1px solid var(--label);
        color:var(--label);border-radius:4px}
        .rows td b{color:var(--condemn);font-weight:600}
        .rows td:nth-child(4){white-space:normal;color:var(--soft)}
        .rows [hidden],.group[hidden],.job[hidden]{display:none}
        footer{margin-top:4rem;padding-top:1rem;border-top:1px solid var(--line);max-width:46rem;
        font-size:.875rem;color:var(--soft)}
        @media(max-width:44rem){
        body{padding:1.5rem 1rem 3rem}
        .tiles{gap:.75rem 1.25rem}input[type=search]{flex-basis:100%}.tiles b{font-size:1.75rem}
        .line{--names:1fr}.strip,.axis{grid-template-columns:1fr}.axis>span{display:none}
        .axis i:nth-child(2n):not(.last){display:none}
        .strip b{min-width:0}
        summary{grid-template-columns:auto 1fr}.why{grid-column:1/-1}
        .scroll table,.scroll tbody,.scroll tr{display:block}
        .rows,.rows tbody{display:block;margin-left:0;width:100%}
        thead{display:none}
        .scroll tr,.rows tr{display:flex;flex-wrap:wrap;gap:0 .9rem;padding:.45rem 0;
        border-top:1px solid var(--line)}
        tbody tr+tr>*,th,td{border:0!important;padding:0}
        td:nth-child(-n+4){white-space:normal}.rows td:nth-child(n){width:auto}
        .rows td:nth-child(1),.rows td:nth-child(4),.jobs th[scope=row],.causes td:nth-child(n+3),
        .outside td:nth-child(5),.forecast td:nth-child(5){flex-basis:100%}
        .jobs td:nth-child(2)::after{content:" go"}.jobs td:nth-child(3)::after{content:" left"}
        .jobs td:nth-child(4)::after{content:" stay"}.jobs .size{flex:1 1 100%;text-align:left}
        .jobs td:nth-child(6)::before{content:"savepoint "}
        .jobs td:nth-child(7)::before{content:"checkpoint "}
        .forecast td:nth-child(2)::before{content:"in "}.forecast td:nth-child(2)::after{content:" d"}
        }
        @media print{form{display:none}.job{content-visibility:visible}}

        """
}
