// SPDX-License-Identifier: MIT
import OpenAI from 'openai-6';
import { zodTextFormat } from 'openai-6/helpers/zod';

import { testOpenAI } from './openai.js';

testOpenAI('openai-6', OpenAI, zodTextFormat);
