// SPDX-License-Identifier: Apache-2.0
// What Node 18, the one of Debian 12, keeps behind a switch and Azure's client expects.
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto;
