// Reports of our own: a calm that is kept, broken and prolonged; a page in another script; and pages that try
// to be more than text. Each day is one call of `add`.
const HOSTILE = `"><script>document.title='taken'</script><img src=x onerror="document.title='taken'">`;

export const REPORTS = [
  ["2016-07-06", [
    { id: "calm-1", outlet: "Harbour Wire", published: "2016-07-06", title: "Syrian army announces 72-hour calm",
      text: `DAMASCUS - The Syrian army declared a 72-hour truce across Syria from 1 a.m. on July 6, 2016, the army command said.

Rebels in Aleppo said that they would respect the truce. Free Syrian Army fighters shelled Aleppo on Wednesday in violation of the truce, the Syrian army said.` },
    { id: "calm-2", outlet: "Evening Post", published: "2016-07-06", title: "Calm declared in Syria for 72 hours",
      text: `DAMASCUS - The Syrian army declared a 72-hour truce across Syria from 1 a.m. on July 6, 2016, the army command said.

Rebels in Aleppo said that they would respect the truce. Free Syrian Army fighters shelled Aleppo on Wednesday in violation of the truce, the Syrian army said.` },
  ]],
  ["2016-07-07", [
    { id: "calm-3", outlet: "Observer Radio", published: "2016-07-07", title: "Shelling in Aleppo in spite of truce",
      text: `BEIRUT - The Syrian army violated the truce in Aleppo on Thursday, the Syrian Observatory for Human Rights said.

The 72-hour truce in Syria began at 1 a.m. on July 6, 2016. The Free Syrian Army accused the Syrian army of violating the truce with air raids.` },
  ]],
  ["2016-07-09", [
    { id: "calm-4", outlet: "Harbour Wire", published: "2016-07-09", title: "Syrian army extends its truce",
      text: `DAMASCUS - The Syrian army extended the truce in Syria until 1 a.m. on July 12, 2016, the army command said on Saturday. The truce began at 1 a.m. on July 6, 2016.` },
  ]],
  ["2016-07-11", [
    { id: "hostile", outlet: `Wire ${HOSTILE}`, published: "2016-07-11", title: `Truce in Yemen ${HOSTILE}`,
      url: "javascript:document.title='taken'",
      text: `SANAA - The Houthis and the Yemeni government agreed to a two-week truce in Yemen from July 12, 2016, said ${HOSTILE} envoy Ismail Ould Cheikh Ahmed.

The Houthis agreed to a truce in Yemen <script>document.title='taken'</script> & the government <b>also</b> agreed to the truce on Monday.` },
    { id: "script", outlet: "صوت المرفأ", published: "2016-07-11", title: "هدنة في اليمن لمدة أسبوعين",
      text: `SANAA - The Houthis and the Yemeni government agreed to a two-week truce in Yemen from July 12, 2016, a spokesman said.` },
  ]],
];
