/** SVGs as drawing programs write them. They must look the same after sanitizing. */
export const DRAWINGS: Record<string, string> = {
  Illustrator: `<?xml version="1.0" encoding="utf-8"?>
<!-- Generator: Adobe Illustrator 27.0.0, SVG Export Plug-In . SVG Version: 6.00 Build 0)  -->
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
	<!ENTITY ns_extend "http://ns.adobe.com/Extensibility/1.0/">
	<!ENTITY ns_ai "http://ns.adobe.com/AdobeIllustrator/10.0/">
	<!ENTITY ns_svg "http://www.w3.org/2000/svg">
	<!ENTITY ns_xlink "http://www.w3.org/1999/xlink">
]>
<svg version="1.1" id="Ebene_1" xmlns:x="&ns_extend;" xmlns:i="&ns_ai;" xmlns="&ns_svg;" xmlns:xlink="&ns_xlink;"
	 x="0px" y="0px" viewBox="0 0 200 120" style="enable-background:new 0 0 200 120;" xml:space="preserve">
<style type="text/css">
	.st0{fill:#E30613;}
	.st1{clip-path:url(#SVGID_2_);}
	.st2{fill:url(#SVGID_3_);stroke:#000000;stroke-width:2;stroke-miterlimit:10;}
	.st3{font-family:'MyriadPro-Regular';}
	.st4{opacity:0.5;}
</style>
<switch>
	<foreignObject requiredExtensions="&ns_ai;" x="0" y="0" width="1" height="1"></foreignObject>
	<g i:extraneous="self">
		<rect class="st0" x="10" y="10" width="80" height="100"/>
		<defs><circle id="SVGID_1_" cx="140" cy="60" r="40"/></defs>
		<clipPath id="SVGID_2_"><use xlink:href="#SVGID_1_" style="overflow:visible;"/></clipPath>
		<g class="st1">
			<linearGradient id="SVGID_3_" gradientUnits="userSpaceOnUse" x1="100" y1="60" x2="180" y2="60">
				<stop offset="0" style="stop-color:#FFFFFF"/><stop offset="1" style="stop-color:#1D1D1B"/>
			</linearGradient>
			<polygon class="st2" points="100,20 180,20 180,100 100,100"/>
		</g>
		<path class="st4" d="M20,20c30,10,50,40,60,80"/>
	</g>
</switch>
</svg>`,

  Inkscape: `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- Created with Inkscape (http://www.inkscape.org/) -->
<svg width="200" height="120" viewBox="0 0 200 120" version="1.1" id="svg5"
   inkscape:version="1.2.2 (b0a8486541, 2022-12-01)" sodipodi:docname="drawing.svg"
   xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
   xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"
   xmlns:xlink="http://www.w3.org/1999/xlink" xmlns="http://www.w3.org/2000/svg" xmlns:svg="http://www.w3.org/2000/svg"
   xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:cc="http://creativecommons.org/ns#">
  <sodipodi:namedview id="namedview7" pagecolor="#ffffff" bordercolor="#000000" showgrid="false"/>
  <metadata id="m"><rdf:RDF><cc:Work rdf:about=""/></rdf:RDF></metadata>
  <defs id="defs2">
    <linearGradient inkscape:collect="always" id="linearGradient1021">
      <stop style="stop-color:#00f;stop-opacity:1;" offset="0" id="stop1017"/>
      <stop style="stop-color:#0f0;stop-opacity:0;" offset="1" id="stop1019"/>
    </linearGradient>
    <linearGradient inkscape:collect="always" xlink:href="#linearGradient1021" id="lg" gradientUnits="userSpaceOnUse" x1="20" y1="60" x2="180" y2="60" gradientTransform="matrix(1,0,0,1,5,0)"/>
    <filter inkscape:label="Blur" id="filter88" style="color-interpolation-filters:sRGB" x="-0.1" y="-0.1" width="1.2" height="1.2">
      <feGaussianBlur stdDeviation="3" id="fe1"/>
    </filter>
    <mask maskUnits="userSpaceOnUse" id="mask1"><rect style="fill:#fff" width="200" height="80" x="0" y="0" id="r0"/></mask>
    <pattern id="pat" patternUnits="userSpaceOnUse" width="10" height="10"><circle cx="5" cy="5" r="3" style="fill:#f80"/></pattern>
    <marker style="overflow:visible" id="Arrow" refX="0" refY="0" orient="auto"><path transform="scale(0.5)" style="fill:context-stroke;fill-rule:evenodd;stroke:none" d="M 5,0 -3,3 -3,-3 Z"/></marker>
  </defs>
  <g inkscape:label="Layer 1" inkscape:groupmode="layer" id="layer1">
    <rect style="fill:url(#lg);fill-rule:evenodd;stroke-width:0.26;-inkscape-stroke:none" id="rect31" width="160" height="80" x="20" y="20" mask="url(#mask1)"/>
    <circle style="opacity:0.8;fill:#d40000;filter:url(#filter88)" id="path111" cx="60" cy="60" r="25"/>
    <rect style="fill:url(#pat)" width="60" height="40" x="120" y="40" id="r2" rx="6"/>
    <path style="fill:none;stroke:#000;stroke-width:2;marker-end:url(#Arrow)" d="m 20,110 c 40,-20 80,10 150,0" id="path3"/>
    <use x="0" y="0" xlink:href="#path3" id="use1" transform="translate(0,-15)" width="100%" height="100%"/>
    <text xml:space="preserve" style="font-size:12px;line-height:1.25;font-family:sans-serif;-inkscape-font-specification:sans-serif" x="30" y="40" id="text1"><tspan sodipodi:role="line" id="tspan1" x="30" y="40">Gr&#xfc;&#xdf;e &amp; more</tspan></text>
  </g>
</svg>`,

  Figma: `<svg width="200" height="120" viewBox="0 0 200 120" fill="none" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
<g clip-path="url(#clip0_1_2)">
<rect width="200" height="120" rx="12" fill="url(#paint0_linear_1_2)"/>
<g filter="url(#filter0_d_1_2)"><ellipse cx="100" cy="60" rx="50" ry="30" fill="#FFC700" fill-opacity="0.9"/></g>
<mask id="mask0_1_2" style="mask-type:alpha" maskUnits="userSpaceOnUse" x="0" y="0" width="60" height="60"><circle cx="30" cy="30" r="30" fill="#D9D9D9"/></mask>
<g mask="url(#mask0_1_2)"><rect width="60" height="60" fill="url(#pattern0)"/></g>
<path fill-rule="evenodd" clip-rule="evenodd" d="M150 20H190V60H150V20ZM160 30V50H180V30H160Z" fill="black" style="mix-blend-mode:multiply"/>
</g>
<defs>
<filter id="filter0_d_1_2" x="46" y="30" width="108" height="68" filterUnits="userSpaceOnUse" color-interpolation-filters="sRGB">
<feFlood flood-opacity="0" result="BackgroundImageFix"/>
<feColorMatrix in="SourceAlpha" type="matrix" values="0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 127 0" result="hardAlpha"/>
<feOffset dy="4"/><feGaussianBlur stdDeviation="2"/><feComposite in2="hardAlpha" operator="out"/>
<feColorMatrix type="matrix" values="0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0.25 0"/>
<feBlend mode="normal" in2="BackgroundImageFix" result="effect1_dropShadow_1_2"/>
<feBlend mode="normal" in="SourceGraphic" in2="effect1_dropShadow_1_2" result="shape"/>
</filter>
<pattern id="pattern0" patternContentUnits="objectBoundingBox" width="1" height="1"><use xlink:href="#image0_1_2" transform="scale(0.5)"/></pattern>
<linearGradient id="paint0_linear_1_2" x1="100" y1="0" x2="100" y2="120" gradientUnits="userSpaceOnUse"><stop stop-color="#5551FF"/><stop offset="1" stop-color="#0FA958" stop-opacity="0.4"/></linearGradient>
<clipPath id="clip0_1_2"><rect width="200" height="120" rx="12" fill="white"/></clipPath>
<image id="image0_1_2" width="2" height="2" preserveAspectRatio="none" xlink:href="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFElEQVR4nGP4z8DAAMIM/4EYQgIAT7QH+V7bKzkAAAAASUVORK5CYII="/>
</defs>
</svg>`,

  'a web page': `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="96" height="96" role="img" aria-label="star" class="icon"><title>Star &lt;3</title><symbol id="s" viewBox="0 0 24 24"><path d="M12 2l3 7h7l-6 4 3 8-7-5-7 5 3-8-6-4h7z" fill="currentColor" stroke-linejoin="round"/></symbol><style>@media (min-width: 1px){.icon{color:#c00}} path:nth-child(1){opacity:.9}</style><use href="#s"/></svg>`,
};
