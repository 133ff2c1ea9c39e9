<<<<<<<< HEAD:magicai/web/dist/assets/source-CIpzXpwF.js
import{U as e}from"./index-BJRhvt4Y.js";var t=t=>({runId:t,document:`/api/runs/${t}/document`,whole:`/documents/${t}`,opened:e}),n=e=>({runId:``,document:`/api/shared/${e}/document`,whole:`/api/shared/${e}/document`,opened:e=>Promise.resolve(e)});export{n,t};
========
import{U as e}from"./index-Cg0YtQa9.js";var t=t=>({runId:t,document:`/api/runs/${t}/document`,whole:`/documents/${t}`,opened:e}),n=e=>({runId:``,document:`/api/shared/${e}/document`,whole:`/api/shared/${e}/document`,opened:e=>Promise.resolve(e)});export{n,t};
>>>>>>>> runs:magicai/web/dist/assets/source-C7bRjKdm.js
