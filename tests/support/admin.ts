import request from 'supertest';
import type { Server } from './server';

/** Makes requests as one admin user. */
export interface AdminClient {
  get(path: string): request.Test;
  post(path: string): request.Test;
  put(path: string): request.Test;
  delete(path: string): request.Test;
  /** The header by which Strapi recognises the user. */
  headers: { Authorization: string };
}

const PASSWORD = 'Editor-pass-1';

const clientOf = (server: Server, token: string): AdminClient => {
  const headers = { Authorization: `Bearer ${token}` };
  const as = (req: request.Test) => req.set(headers);
  const api = request(server.url);
  return {
    get: (path) => as(api.get(path)),
    post: (path) => as(api.post(path)),
    put: (path) => as(api.put(path)),
    delete: (path) => as(api.delete(path)),
    headers,
  };
};

/** Registers the first administrator, who may do everything. */
export async function superAdmin(server: Server): Promise<AdminClient> {
  const { status, body } = await request(server.url)
    .post('/admin/register-admin')
    .send({ email: 'ed@example.org', password: PASSWORD, firstname: 'Ed' });
  expect([status, body.error]).toEqual([200, undefined]);
  return clientOf(server, body.data.token);
}

/** Logs in the administrator that {@link superAdmin} registered, on this or another instance. */
export async function logIn(server: Server): Promise<AdminClient> {
  const { body } = await request(server.url)
    .post('/admin/login')
    .send({ email: 'ed@example.org', password: PASSWORD })
    .expect(200);
  return clientOf(server, body.data.token);
}

/** A permission of an admin role, and the conditions under which it applies. */
export interface Permission {
  action: string;
  conditions?: string[];
  /** Uid of the content type, if the action is about entries. */
  subject?: string;
  /** Further limits of the permission, such as its fields. A permission without `fields` covers all fields. */
  properties?: { fields?: string[]; locales?: string[] };
}

/** Makes a role with these permissions and a user who has it. */
export async function editor(
  server: Server,
  admin: AdminClient,
  name: string,
  permissions: Permission[]
): Promise<AdminClient> {
  const role = await admin.post('/admin/roles').send({ name, description: name }).expect(201);
  await admin
    .put(`/admin/roles/${role.body.data.id}/permissions`)
    .send({
      permissions: permissions.map(
        ({ action, conditions = [], subject = null, properties = {} }) => ({
          action,
          conditions,
          subject,
          properties,
        })
      ),
    })
    .expect(200);
  const user = await admin
    .post('/admin/users')
    .send({ email: `${name}@example.org`, firstname: name, roles: [role.body.data.id] })
    .expect(201);
  const { body } = await request(server.url)
    .post('/admin/register')
    .send({
      registrationToken: user.body.data.registrationToken,
      userInfo: { firstname: name, password: PASSWORD },
    })
    .expect(200);
  return clientOf(server, body.data.token);
}
