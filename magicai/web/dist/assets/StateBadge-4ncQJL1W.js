<<<<<<<< HEAD:magicai/web/dist/assets/StateBadge-4ncQJL1W.js
import{T as e,dt as t,h as n,n as r,pt as i,q as a,u as o}from"./useWords-BxwW10iE.js";var s=n({__name:`StateBadge`,props:{state:{}},setup(n){let{named:s}=r(),c={draft:``,flagged:`partial`,accepted:`completed`,rejected:`failed`};return(r,l)=>(e(),o(`span`,{class:t([`badge`,c[n.state]])},i(a(s)(`content.state`,n.state)),3))}});export{s as t};
========
import{T as e,dt as t,h as n,n as r,pt as i,q as a,u as o}from"./useWords-CpCpx_Uj.js";var s=n({__name:`StateBadge`,props:{state:{}},setup(n){let{named:s}=r(),c={draft:``,flagged:`partial`,accepted:`completed`,rejected:`failed`};return(r,l)=>(e(),o(`span`,{class:t([`badge`,c[n.state]])},i(a(s)(`content.state`,n.state)),3))}});export{s as t};
>>>>>>>> main:magicai/web/dist/assets/StateBadge-CzLZeu3P.js
