// SPDX-License-Identifier: MIT
import OpenAI from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';

import { testOpenAI } from './openai.js';

testOpenAI('openai', OpenAI, zodTextFormat);
