(() => {
  const $ = (s, e = document) => e.querySelector(s);
  const html = (t) => String(t).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

  async function post(url, body) {
    window.dingze?.busy(true);
    const reply = await fetch(url, { method: "POST", ...body }).finally(() => window.dingze?.busy(false));
    const said = await reply.json().catch(() => ({}));
    if (!reply.ok) throw new Error(said.error || `没有成功（${reply.status}），请稍后重试。`);
    return said;
  }
  const json = (value) => ({ headers: { "content-type": "application/json" }, body: JSON.stringify(value) });
  const complain = (e) => { alertBox(e.message); };
  function alertBox(text, kind = "error") {
    const box = document.createElement("div");
    box.className = `dz-toast dz-${kind}`; box.setAttribute("role", "alert"); box.textContent = text;
    document.body.append(box); setTimeout(() => box.remove(), 8000);
  }

  // --- uploads: one request a file, so that each has its own progress -------------------------------------------
  function send(file, row) {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      const form = new FormData();
      form.append("file", file);
      request.upload.onprogress = (e) => { if (e.lengthComputable) $("progress", row).value = e.loaded / e.total; };
      request.onload = () => {
        let said = {};
        try { said = JSON.parse(request.responseText); } catch { /* not ours */ }
        if (request.status === 200) { state(row, said.replaced ? "已上传，替换同名文件" : "已上传"); done(said.document); }
        else { state(row, said.error || `上传失败（${request.status}）`, true); done(null); }
      };
      request.onerror = () => { state(row, "上传中断，请检查网络后重试", true); done(null); };
      request.open("POST", "/api/manage/uploads");
      request.send(form);
    });
  }
  function state(row, text, bad = false) {
    $("progress", row)?.remove();
    const said = $(".dz-upstate", row);
    said.textContent = text; said.classList.toggle("dz-bad", bad);
  }
  async function upload(files) {
    const list = document.createElement("ul");
    list.className = "dz-list dz-uplist";
    $("#dz-uploads").replaceChildren(list);
    const rows = [...files].map((file) => {
      const row = document.createElement("li");
      row.innerHTML = `<span class="dz-upname">${html(file.name)}</span><progress max="1" value="0" aria-label="上传 ${html(file.name)}"></progress><span class="dz-upstate">等待</span>`;
      list.append(row);
      return [file, row];
    });
    const documents = [];
    for (const [file, row] of rows) { const name = await send(file, row); if (name) documents.push(name); }
    if (!documents.length) return;
    try {
      const { job } = await post("/api/manage/read", json({ documents }));
      rows.forEach(([, row]) => { if (!$(".dz-upstate", row).classList.contains("dz-bad")) state(row, "等待读入"); });
      follow(job, list);
    } catch (e) { complain(e); }
  }
  async function follow(id, list) {
    const job = await (await fetch(`/api/manage/jobs/${id}`)).json();
    showJobs();
    if (job.state === "waiting" || job.state === "running") { setTimeout(() => follow(id, list), 700); return; }
    list.innerHTML = (job.result.files || []).map(report).join("") || `<li class="dz-bad">${html(job.result.error || job.state_name)}</li>`;
    window.dingze?.progress();
  }
  function report(f) {
    const url = "/source/" + f.document.split("/").map(encodeURIComponent).join("/");
    if (!f.ok) return `<li><b class="dz-bad">未读入</b> ${html(f.document)}<div class="dz-meta">${html(f.reason)}</div></li>`;
    const doubts = f.doubt_count ? `存疑 ${f.doubt_count} 处：${f.doubts.map(html).join("；")}` : "无存疑";
    return `<li><b class="dz-good">已读入</b> <a class="dz-title" href="${url}">${html(f.title)}</a><div class="dz-meta">${f.characters.toLocaleString()} 字 · ${f.clauses} 条款 · ${f.passages} 段 · ${doubts}</div></li>`;
  }

  // --- jobs ---------------------------------------------------------------------------------------------------------
  let waiting = null;
  async function showJobs() {
    const holder = $("[data-jobs]");
    if (!holder) return;
    clearTimeout(waiting);
    const reply = await fetch("/api/manage/jobs");
    if (!reply.ok) return;
    const { jobs } = await reply.json();
    const live = jobs.some((j) => j.state === "running" || j.state === "waiting");
    const shown = holder.closest(".dz-admin") && location.pathname === "/admin" ? jobs.filter((j) => j.state !== "done").slice(0, 4) : jobs;
    holder.innerHTML = shown.length ? `<ul class="dz-list">${shown.map(jobRow).join("")}</ul>` : (location.pathname === "/admin" ? "" : '<p class="dz-total">还没有任务。</p>');
    if (live) waiting = setTimeout(showJobs, 1000);
  }
  function jobRow(j) {
    const bar = j.state === "running" ? `<progress max="${j.total || 1}" value="${j.total ? j.done : ""}" aria-label="${html(j.title)}"></progress><span class="dz-meta">${j.done}/${j.total} ${html(j.at)}</span>` : "";
    const failed = (j.result.failed || []).map((f) => `<li>${html(f.document)}：${html(f.reason)}</li>`).join("");
    const said = j.result.error ? `<div class="dz-bad">${html(j.result.error)}</div>` : j.result.added !== undefined
      ? `<span class="dz-meta">新增 ${j.result.added}，更新 ${j.result.updated}，未变 ${j.result.unchanged}，失败 ${j.result.failed.length}；${j.result.seconds} 秒</span>${failed ? `<details><summary>未读入的文件</summary><ul>${failed}</ul></details>` : ""}` : "";
    const act = j.state === "running" || j.state === "waiting" ? `<button type="button" class="dz-plainbutton" data-job="${j.id}/cancel">取消</button>`
      : j.resumable ? `<button type="button" class="dz-plainbutton" data-job="${j.id}/resume">继续</button>` : "";
    return `<li class="dz-job"><b>${html(j.title)}</b> <span class="dz-badge">${html(j.state_name)}</span> ${bar}${said}${act}</li>`;
  }

  // --- forms ----------------------------------------------------------------------------------------------------------
  function value(form) {
    const out = {};
    for (const field of form.elements) {
      if (!field.name) continue;
      if (field.dataset.list !== undefined) out[field.name] = field.value.split(/[\s,，、]+/).filter(Boolean);
      else if (field.name.startsWith("fields.")) (out.fields ??= {})[field.name.slice(7)] = field.value;
      else if (field.value !== "") out[field.name] = field.value;
    }
    return out;
  }
  document.addEventListener("submit", async (e) => {
    const form = e.target;
    if (form.dataset.json) {
      e.preventDefault();
      if (form.dataset.ask && !confirm(form.dataset.ask)) return;
      const said = $(".dz-said", form);
      try { await post(form.dataset.json, json(value(form))); location.reload(); }
      catch (error) { if (said) { said.textContent = error.message; said.classList.add("dz-bad"); } else complain(error); }
    } else if (form.dataset.post) {
      e.preventDefault();
      const said = $(".dz-said", form);
      try { await post(form.dataset.post, { body: new FormData(form) }); said.textContent = form.dataset.said; said.classList.remove("dz-bad"); }
      catch (error) { said.textContent = error.message; said.classList.add("dz-bad"); }
    }
  });
  document.addEventListener("click", async (e) => {
    const button = e.target.closest("button");
    if (!button) return;
    try {
      if (button.dataset.job) { await post(`/api/manage/jobs/${button.dataset.job}`); showJobs(); }
      else if (button.dataset.documents) await act(button.dataset.documents);
      else if (button.dataset.post && !(button.dataset.ask && !confirm(button.dataset.ask))) {
        const said = await post(button.dataset.post);
        if (said.key) prompt(`“${said.user}”的密钥，只显示这一次，请立即保存：`, said.key);
        if (said.job) showJobs(); else location.reload();
      }
    } catch (error) { complain(error); }
  });
  async function act(what) {
    const documents = [...document.querySelectorAll(".dz-checks input:checked")].map((i) => i.value);
    if (!documents.length) { alertBox("请先勾选文件。", "empty"); return; }
    const asked = what === "remove" ? `移除 ${documents.length} 份文件？上传的文件会一并删除；从文件夹读入的，下次入库时会再读入。`
      : `重新读入 ${documents.length} 份文件？早先的文本、更正与反馈都保留。`;
    if (!confirm(asked)) return;
    const said = await post(`/api/manage/${what}`, json({ documents }));
    if (said.job) showJobs(); else location.reload();
  }

  const drop = $("#dz-drop");
  if (drop) {
    const input = $("#dz-files");
    input.addEventListener("change", () => { if (input.files.length) upload(input.files); });
    $("label", drop).addEventListener("keydown", (e) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); input.click(); } });
    for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (e) => { e.preventDefault(); drop.classList.add("dz-over"); });
    for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("dz-over"));
    drop.addEventListener("drop", (e) => { e.preventDefault(); if (e.dataTransfer.files.length) upload(e.dataTransfer.files); });
  }
  showJobs();
})();
