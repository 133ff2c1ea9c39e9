<<<<<<<< HEAD:magicai/web/dist/assets/StateBadge-DG1WHSty.js
import{T as e,dt as t,h as n,n as r,pt as i,q as a,u as o}from"./useWords-ByObdCwt.js";var s=n({__name:`StateBadge`,props:{state:{}},setup(n){let{named:s}=r(),c={draft:``,flagged:`partial`,accepted:`completed`,rejected:`failed`};return(r,l)=>(e(),o(`span`,{class:t([`badge`,c[n.state]])},i(a(s)(`content.state`,n.state)),3))}});export{s as t};
========
import{T as e,dt as t,h as n,n as r,pt as i,q as a,u as o}from"./useWords-MZkq_ZSL.js";var s=n({__name:`StateBadge`,props:{state:{}},setup(n){let{named:s}=r(),c={draft:``,flagged:`partial`,accepted:`completed`,rejected:`failed`};return(r,l)=>(e(),o(`span`,{class:t([`badge`,c[n.state]])},i(a(s)(`content.state`,n.state)),3))}});export{s as t};
>>>>>>>> runs:magicai/web/dist/assets/StateBadge-D6QEaBX7.js
