// The provider's answer came from another site, without our cookie: send it once more, from here.
document.getElementById("come-in").submit();
