// The embeddings lab's map: a dot under the pointer is read out, a click draws its neighbours. The form does the same without a pointer.
const result = document.getElementById("result");

function wire() {
  const map = result.querySelector(".text-map");
  const choose = document.getElementById("map-choose");
  if (!map || !choose) return;
  const says = document.getElementById("map-hover");
  const first = says.textContent;
  map.addEventListener("pointerover", (event) => {
    const spot = event.target.closest(".spot");
    says.textContent = spot ? spot.querySelector("title").textContent : first;
  });
  map.addEventListener("click", (event) => {
    const spot = event.target.closest(".spot");
    if (!spot) return;
    choose.value = spot.dataset.number;
    choose.form.requestSubmit();
  });
}

wire();
result.addEventListener("lab:drawn", wire);
