const n=4096;
export default {
draws:n,
locale:{"decimal": ".", "group": ",", "minus": "\u2212", "dash": "\u2013", "to": " to ", "scales": [[12, " trillion"], [9, " billion"], [6, " million"]], "not_by": "not by {}", "not_before": "not before {}"},
axes:{},
assumptions:{
"guests":{family:"constant",parameters:[40.0],label:"Guests",plausible:[1.0, 200.0],factor:1.0,style:[1.0, "", "\u00a0guest", "\u00a0guests", true]},
"cup":{family:"lognormal",parameters:[-1.40670535838, 0.1232526412881],label:"A guest's cup",plausible:[0.178318657, 0.33647629],factor:0.001,style:[1.0, "", "\u00a0litre", "\u00a0litres", true]},
"kettle_size":{family:"constant",parameters:[1.7],factor:0.001,style:[1.0, "", "\u00a0litre", "\u00a0litres", true]},
"spilled":{family:"lognormal",parameters:[1.589026915174, 0.1232526412881],label:"Spilled",plausible:[3.56637313, 6.7295258],factor:0.01,style:[1.0, "", "\u202f%", "\u202f%", false]},
},
quantities:{
"water":{factor:0.001,style:[1.0, "", "\u00a0litre", "\u00a0litres", true]},
"share":{factor:0.01,style:[1.0, "", "\u202f%", "\u202f%", false]},
},
stages:[
{names:["water"],inputs:["cup", "guests", "spilled"],compute:v=>{const a0=v.water;const a1=v.cup;const a2=v.guests;const a3=v.spilled;for(let i=0;i<n;i++){a0[i]=((a2[i]*a1[i])*(1.0+a3[i]))}}},
{names:["share"],inputs:["kettle_size", "water"],compute:v=>{const a0=v.share;const a1=v.kettle_size;const a2=v.water;for(let i=0;i<n;i++){a0[i]=(a1[i]/a2[i])}}},
],
claims:{
"kettle_too_small":{inputs:["kettle_size", "water"],share:0.9,compute:(v,o)=>{const a0=v.kettle_size;const a1=v.water;for(let i=0;i<n;i++){o[i]=(a0[i]<a1[i])}}},
},
tables:{"amounts": {"factor": 0.001, "over": [], "rows": [["Water", "water"], ["Kettle", "kettle_size"]]}}
};
