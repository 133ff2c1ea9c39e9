<<<<<<<< HEAD:magicai/web/dist/assets/NowhereView-BkpdQgdl.js
import{I as e,T as t,f as n,h as r,k as i,n as a,p as o,pt as s,q as c,s as l,u}from"./useWords-BxwW10iE.js";var d={class:`narrow card centre stack`},f=r({__name:`NowhereView`,setup(r){let{t:f}=a();return(r,a)=>{let p=i(`RouterLink`);return t(),u(`div`,d,[l(`h1`,null,s(c(f)(`nowhere`)),1),l(`p`,null,[o(p,{class:`button primary`,to:`/`},{default:e(()=>[n(s(c(f)(`nav.home`)),1)]),_:1})])])}}});export{f as default};
========
import{I as e,T as t,f as n,h as r,k as i,n as a,p as o,pt as s,q as c,s as l,u}from"./useWords-CpCpx_Uj.js";var d={class:`narrow card centre stack`},f=r({__name:`NowhereView`,setup(r){let{t:f}=a();return(r,a)=>{let p=i(`RouterLink`);return t(),u(`div`,d,[l(`h1`,null,s(c(f)(`nowhere`)),1),l(`p`,null,[o(p,{class:`button primary`,to:`/`},{default:e(()=>[n(s(c(f)(`nav.home`)),1)]),_:1})])])}}});export{f as default};
>>>>>>>> main:magicai/web/dist/assets/NowhereView-DcPPwaN0.js
