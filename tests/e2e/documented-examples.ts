// The examples of the page "REST API: Upload files" in Strapi's documentation, word for word.

const SCRIPT = `<script type="text/javascript">
  const form = document.querySelector('form');

  form.addEventListener('submit', async (e) => {
    e.preventDefault();

    await fetch('/api/upload', {
      method: 'post',
      body: new FormData(e.target)
    });
  });
</script>
`;

/** The form in the section "Upload files" of Strapi's documentation. */
export const UPLOAD_FORM = `<form>
  <!-- Can be multiple files -->
  <input type="file" name="files" />
  <input type="submit" value="Submit" />
</form>

${SCRIPT}`;

/** The form in the section "Upload entry files" of Strapi's documentation. */
export const LINK_FORM = `<form>
  <!-- Can be multiple files if you setup "collection" instead of "model" -->
  <input type="file" name="files" />
  <input type="text" name="ref" value="api::restaurant.restaurant" />
  <input type="text" name="refId" value="5c126648c7415f0c0ef1bccd" />
  <input type="text" name="field" value="cover" />
  <input type="submit" value="Submit" />
</form>

${SCRIPT}`;

/**
 * The script in the section "Update fileInfo" of Strapi's documentation. Its two imports are left out, because browsers
 * have these functions built in.
 */
export const UPDATE_SCRIPT = `
const fileId = 50;
const newFileData = {
  alternativeText: 'My new alternative text for this image!',
};

const form = new FormData();

form.append('fileInfo', JSON.stringify(newFileData));

const response = await fetch(\`http://localhost:1337/api/upload?id=\${fileId}\`, {
  method: 'post',
  body: form,
});
`;
