<<<<<<<< HEAD:magicai/web/dist/assets/NowhereView-BzRG59D7.js
import{I as e,T as t,f as n,h as r,k as i,n as a,p as o,pt as s,q as c,s as l,u}from"./useWords-ByObdCwt.js";var d={class:`narrow card centre stack`},f=r({__name:`NowhereView`,setup(r){let{t:f}=a();return(r,a)=>{let p=i(`RouterLink`);return t(),u(`div`,d,[l(`h1`,null,s(c(f)(`nowhere`)),1),l(`p`,null,[o(p,{class:`button primary`,to:`/`},{default:e(()=>[n(s(c(f)(`nav.home`)),1)]),_:1})])])}}});export{f as default};
========
import{I as e,T as t,f as n,h as r,k as i,n as a,p as o,pt as s,q as c,s as l,u}from"./useWords-MZkq_ZSL.js";var d={class:`narrow card centre stack`},f=r({__name:`NowhereView`,setup(r){let{t:f}=a();return(r,a)=>{let p=i(`RouterLink`);return t(),u(`div`,d,[l(`h1`,null,s(c(f)(`nowhere`)),1),l(`p`,null,[o(p,{class:`button primary`,to:`/`},{default:e(()=>[n(s(c(f)(`nav.home`)),1)]),_:1})])])}}});export{f as default};
>>>>>>>> runs:magicai/web/dist/assets/NowhereView-ELuUJVra.js
