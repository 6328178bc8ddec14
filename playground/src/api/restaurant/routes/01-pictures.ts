export default {
  routes: [
    {
      method: 'POST',
      path: '/restaurants/:documentId/pictures',
      handler: 'api::restaurant.restaurant.addPictures',
    },
  ],
};
