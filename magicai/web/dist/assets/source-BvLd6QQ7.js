<<<<<<<< HEAD:magicai/web/dist/assets/source-BNOtfBXS.js
import{U as e}from"./index-Cp-Y4Ikh.js";var t=t=>({runId:t,document:`/api/runs/${t}/document`,whole:`/documents/${t}`,opened:e}),n=e=>({runId:``,document:`/api/shared/${e}/document`,whole:`/api/shared/${e}/document`,opened:e=>Promise.resolve(e)});export{n,t};
========
import{U as e}from"./index-DH4pafEO.js";var t=t=>({runId:t,document:`/api/runs/${t}/document`,whole:`/documents/${t}`,opened:e}),n=e=>({runId:``,document:`/api/shared/${e}/document`,whole:`/api/shared/${e}/document`,opened:e=>Promise.resolve(e)});export{n,t};
>>>>>>>> main:magicai/web/dist/assets/source-BvLd6QQ7.js
